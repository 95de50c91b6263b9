import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'restore',
  group: 'Data',
  summary: 'Make a server of a backup',
  about:
    'The whole file is verified first; then everything is put into the database at once, or nothing is. The folder is made when it is missing; settings and secrets that are there stay. A database that holds something is replaced with --replace alone. Every device starts over from what the server has then. Into a server that Docker runs: `messox init --mode compose` makes its folder first. With MESSOX_DATABASE_URL set where there are no settings, or in another mode than embedded, that database is the one.',
  arguments: [{ name: 'file', about: 'The backup; - is stdin', completes: 'file' }],
  options: {
    replace: { type: 'flag', about: 'Put the backup in the place of the accounts and messages that are there' },
  },
  examples: [
    ['restore chat.tar.gz --dir chat', 'Makes a server in the folder chat'],
    ['restore chat.tar.gz --replace', 'Goes back to the backup, after a question'],
  ],
  streams: true,
  ownsSignals: true,
});
