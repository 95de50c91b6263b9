import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'backup',
  group: 'Data',
  summary: 'Write everything into one file',
  about:
    'The file holds one moment of all tables and the settings; messox restore makes a server of it, in any mode and on PostgreSQL 15 or newer. The server may go on running. The secrets are not inside without --with-secrets: then everybody has to log in again after a restore into another folder. The file has its name only when it is whole, and is readable for you alone. In another mode than embedded, MESSOX_DATABASE_URL names the database.',
  arguments: [
    {
      name: 'file',
      optional: true,
      about: 'Where to; - is stdout; default: a name with the time, in backups of the folder',
      completes: 'file',
    },
  ],
  options: {
    withSecrets: { type: 'flag', about: 'Put the token key and the API key in, so that sessions stay valid' },
  },
  examples: [
    ['backup', 'Writes backups/messox-20260314-031500Z.tar.gz'],
    ['backup - | ssh host "cat > chat.tar.gz"', 'Straight to another machine'],
  ],
  streams: true,
  ownsSignals: true,
});
