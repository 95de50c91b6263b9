import { resolve } from 'node:path';
import { lookAtTlsFile, type TlsFile } from '../../../project/tls-file.ts';
import { beforeStart, fail, type Finding, ok, warn } from '../../check.ts';
import { stackCheck } from './stack-check.ts';

export interface NamedFile {
  readonly setting: 'deploy.tls.certificate' | 'deploy.tls.key';
  readonly path: string;
  readonly found: TlsFile;
}

/** nginx opens them as user 0, which in its container has no power over what belongs to others. */
const isReadable = (found: TlsFile): boolean => {
  if (found.kind !== 'file') return true;
  const { group, mode, owner } = found;
  if (owner === 0) return (mode & 0o400) !== 0;
  return (mode & (group === 0 ? 0o040 : 0o004)) !== 0;
};

const rightsOf = ({ found }: NamedFile): string =>
  found.kind === 'file' ? ` (${found.mode.toString(8).padStart(4, '0')}, of user ${found.owner})` : '';

export const judgeCertificateFiles = (files: readonly NamedFile[]): Finding => {
  const absent = files.filter(({ found: { kind } }) => kind === 'missing' || kind === 'folder');
  if (absent.length > 0)
    return fail(
      absent
        .map(({ found, path, setting }) =>
          found.kind === 'folder'
            ? `${setting} names ${path}, which is a folder`
            : `${setting} names ${path}, and there is no such file`,
        )
        .join('; '),
      absent.map(({ setting }) => `Put it there, or name another: \`messox config set ${setting} FILE\``).join('\n'),
    );
  const closed = files.filter(({ found }) => !isReadable(found));
  if (closed.length > 0)
    return warn(
      `nginx, which is user 0 in its container and has no power over files of others, cannot read ${closed
        .map((file) => `${file.path}${rightsOf(file)} of ${file.setting}`)
        .join('; ')}`,
      closed.map(({ path }) => `sudo chown root '${path}' && sudo chmod 600 '${path}'`).join('\n'),
    );
  return files.some(({ found }) => found.kind === 'hidden')
    ? ok('in a folder that this user may not look into; Docker may')
    : ok('there, and nginx may read them');
};

export const certificateFiles = stackCheck({
  id: 'certificate-files',
  title: 'Certificate files',
  group: 'tls',
  when: ['doctor', 'init', ...beforeStart],
  skip: ({ stack: { settings } }) =>
    settings.deploy.tls.mode === 'files' ? undefined : 'no certificate of your own is named',
  run: ({ stack: { dir, settings } }) => {
    const { certificate = '', key = '' } = settings.deploy.tls;
    const named = (setting: NamedFile['setting'], file: string): NamedFile => {
      const path = resolve(dir, file);
      return { setting, path, found: lookAtTlsFile(path) };
    };
    return judgeCertificateFiles([named('deploy.tls.certificate', certificate), named('deploy.tls.key', key)]);
  },
});
