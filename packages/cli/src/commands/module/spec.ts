import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'module',
  group: 'Config',
  summary: 'Begin a module of your own, and see what is loaded',
  about: 'A module is a folder in the folder modules of the server. It runs with all rights of the server.',
  examples: [['module new guestbook', 'Writes one that answers, into modules/guestbook']],
});
