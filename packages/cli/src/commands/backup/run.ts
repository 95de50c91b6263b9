import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { writeWhole } from '../../archive/archive-file.ts';
import { backupPath } from '../../archive/backup-path.ts';
import { sessionSecrets, withAddress } from '../../archive/database-address.ts';
import { archiveData, holds, lacks, size } from '../../archive/describe.ts';
import type { ArchivedSecrets } from '../../archive/manifest.ts';
import { backupProgress } from '../../archive/progress.ts';
import { writeArchive, type Written } from '../../archive/write-archive.ts';
import { CliError } from '../../errors/cli-error.ts';
import { exit } from '../../errors/exit.ts';
import type { Context } from '../../framework/context.ts';
import type { Run } from '../../framework/spec.ts';
import { loadSettings } from '../../project/settings.ts';
import { readSettingsFile } from '../../project/settings-file.ts';
import type { spec } from './spec.ts';

const interrupted = (): CliError => new CliError('interrupted', 'Interrupted; no backup was written');

const secretsFor = (context: Context, mode: string): ArchivedSecrets => {
  const secrets = sessionSecrets(context, mode);
  if (secrets) return secrets;
  throw new CliError('secrets_missing', 'There is no token key to put into the backup', {
    detail: 'It is MESSOX_TOKEN_KEY, of .env or of the environment; of a server that Docker runs, secrets/token-key.',
    fixes: ['Leave --with-secrets out.'],
  });
};

const write = async (context: Context, withSecrets: boolean, sink: Writable): Promise<Written> => {
  const { flags, output, signal } = context;
  const { mode } = loadSettings(flags.dir);
  const settings = readSettingsFile(flags.dir).source;
  const secrets = withSecrets ? secretsFor(context, mode) : undefined;
  try {
    return await withAddress(context, mode, { command: 'backup' }, (address) =>
      writeArchive({ address, settings, mode, secrets, sink, signal, onProgress: backupProgress(output) }),
    );
  } catch (error) {
    throw signal.aborted ? interrupted() : error;
  }
};

const toStdout = async (context: Context, withSecrets: boolean): Promise<void> => {
  const { flags, output } = context;
  if (flags.json || process.stdout.isTTY)
    throw new CliError('invalid_usage', 'The backup would be written where it cannot be read', {
      detail: flags.json ? 'With --json, stdout is for JSON.' : 'stdout is a terminal.',
      fixes: ['Name a file.'],
    });
  const { bytes, contents, manifest, sha256 } = await write(context, withSecrets, process.stdout);
  output.ok(`Wrote a backup of ${size(bytes)} to stdout: ${holds(contents)}; SHA-256 ${sha256}`);
  for (const missing of lacks(manifest)) output.warn(missing);
};

export const run: Run<typeof spec> = async (context, { file }, { withSecrets }) => {
  const { flags, output } = context;
  if (file === '-') {
    await toStdout(context, withSecrets);
    return exit.done;
  }
  loadSettings(flags.dir);
  const path = file === undefined ? backupPath(flags.dir) : resolve(file);
  const { bytes, contents, manifest, sha256 } = await writeWhole(path, (sink) => write(context, withSecrets, sink));
  output.result({ event: 'done', file: path, bytes, sha256, ...archiveData(manifest, contents) }, (style) => [
    `${style.green(style.signs.ok)} Wrote ${path}`,
    `  ${size(bytes)}: ${holds(contents)}`,
    `  SHA-256 ${sha256}`,
  ]);
  for (const missing of lacks(manifest)) output.warn(missing);
  if (manifest.secrets) output.warn('The secrets of the server are inside: keep the file where nobody else reads it');
  return exit.done;
};
