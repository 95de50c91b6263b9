import { CliError } from '../errors/cli-error.ts';
import { checkSettings } from './check-settings.ts';
import { readSettingsFile } from './settings-file.ts';

/** What brings or opens the folder's own PostgreSQL is not for a server that uses another. Throws `mode_external`. */
export const refuseExternal = (dir: string): void => {
  if (checkSettings(readSettingsFile(dir)).settings?.mode !== 'external') return;
  throw new CliError('mode_external', 'This messox.yaml is for servers on a PostgreSQL and a RabbitMQ of their own', {
    detail: 'Its mode is external; this command works with the PostgreSQL that messox brings along.',
    fixes: [
      'messox-server --role api,gateway,worker --settings messox.yaml (runs one of the processes)',
      '`messox config set mode embedded`',
    ],
  });
};
