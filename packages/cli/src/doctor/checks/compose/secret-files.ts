import { beforeStart, fail, type Finding, ok, warn } from '../../check.ts';
import { projectPaths } from '../../../project/paths.ts';
import { readSecretModes, type SecretFolder } from '../../../project/secret-files.ts';
import { stackCheck } from './stack-check.ts';

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');

/** Whether the user of a container may read the file that it is given of this machine. */
const isReadable = ({ mode, owner, reader }: SecretFolder['files'][number]): boolean =>
  reader === undefined || (mode & 0o004) !== 0 || (owner === reader && (mode & 0o400) !== 0);

export const judgeSecretFiles = ({ files, mode: folderMode }: SecretFolder, folder: string): Finding => {
  const hidden = files.filter((file) => !isReadable(file));
  if (hidden.length > 0)
    return fail(
      hidden
        .map(
          ({ mode, name, owner, reader }) =>
            `secrets/${name} (${octal(mode)}, of user ${owner}) is not for user ${reader ?? ''}`,
        )
        .join('; '),
      hidden
        .map(
          ({ name, reader }) => `sudo chown ${reader ?? ''} '${folder}/${name}' && sudo chmod 600 '${folder}/${name}'`,
        )
        .join('\n'),
    );
  if ((folderMode & 0o077) !== 0)
    return warn(
      `secrets/ has the mode ${octal(folderMode)}: others on this machine can look into it`,
      `chmod 700 '${folder}'`,
    );
  return ok(`secrets/ is closed to others, and each of its ${files.length} files is readable for its container`);
};

export const secretFiles = stackCheck({
  id: 'secrets',
  title: 'Secrets',
  group: 'config',
  when: ['doctor', ...beforeStart],
  skip: ({ stack: { dir } }) =>
    readSecretModes(dir) ? undefined : 'there is no folder secrets/ yet; `messox up` makes it',
  run: ({ stack: { dir } }) => {
    const found = readSecretModes(dir);
    return found ? judgeSecretFiles(found, projectPaths(dir).secretFiles) : ok('there are none yet');
  },
});
