import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { limits } from '@messox/protocol';
import { CliError } from '../../../errors/cli-error.ts';
import type { Context } from '../../../framework/context.ts';
import { projectPaths } from '../../../project/paths.ts';
import type { Settings } from '../../../project/schema.ts';
import { renderSystemdUnit } from '../../../stack/systemd.ts';
import type { PrintOptions, Printed } from './printed.ts';

const path = '/etc/systemd/system/messox.service';

/** Of the package that this file is in. */
const ownProgram = fileURLToPath(new URL('../../../../bin/messox.js', import.meta.url));

/** The name of a user; the number where this machine has no name for it, which systemd takes as well. */
const userName = (uid: number): string => {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  return lines.find((line) => line.split(':')[2] === String(uid))?.split(':')[0] ?? String(uid);
};

const refuseContainers = ({ mode }: Settings): void => {
  if (mode === 'embedded') return;
  throw new CliError('invalid_usage', 'The unit is for a server of the mode embedded', {
    detail: `The mode of this one is ${mode}.${mode === 'compose' ? ' Docker starts its containers with the machine by itself.' : ''}`,
    fixes: mode === 'compose' ? ['sudo systemctl enable docker'] : ['messox-server --help (runs its processes)'],
  });
};

/** Root would need all that the unit takes away: its PostgreSQL runs as a user of its own. */
const refuseRoot = (user: string, dir: string): void => {
  if (user !== 'root' && user !== '0') return;
  throw new CliError('invalid_usage', 'The unit is for an ordinary user, and this folder belongs to root', {
    detail: 'Nothing of messox needs root. A server in the folder keeps what it holds when the folder changes hands.',
    fixes: [
      'sudo useradd --system --shell /usr/sbin/nologin messox',
      `sudo chown -R messox: '${dir}' (while the server is stopped)`,
      '`messox config print systemd --user messox`',
    ],
  });
};

const programNotes = (program: string): string[] =>
  /[\\/]_npx[\\/]/.test(program)
    ? [
        'npm keeps this messox in a cache, which it may empty. To have it stay, install it into the folder: npm install messox',
      ]
    : [];

/** The unit that starts an embedded server with the machine. */
export const printSystemd = ({ flags }: Context, settings: Settings, options: PrintOptions): Printed => {
  refuseContainers(settings);
  const { dir } = flags;
  const owner = userName(statSync(projectPaths(dir).settings).uid);
  const user = options.user ?? owner;
  refuseRoot(user, dir);
  const installed = join(dir, 'node_modules', 'messox', 'bin', 'messox.js');
  const program = existsSync(installed) ? installed : ownProgram;
  const { content } = renderSystemdUnit({
    dir,
    user,
    node: process.execPath,
    program,
    linkedProgram: realpathSync(program),
    drainMs: settings.limits.drainMs ?? limits.drainMs.default,
  });
  return {
    text: content,
    path,
    notes: [
      ...programNotes(program),
      ...(owner === user ? [] : [`The folder is to belong to its user: sudo chown -R ${user}: '${dir}'`]),
      `Save it as ${path}; then: sudo systemctl daemon-reload && sudo systemctl enable --now messox`,
    ],
  };
};
