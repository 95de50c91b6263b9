import { defineCommand } from '../../../framework/spec.ts';

export const spec = defineCommand({
  name: 'module new',
  group: 'Config',
  summary: 'Write a small module of your own that works',
  about:
    'Makes modules/NAME with calls of the API, a table, a setting and a test. Nothing that is there is changed; the server loads it with its next start.',
  arguments: [{ name: 'name', about: 'Small letters, digits and hyphens, as in guestbook' }],
  examples: [['module new guestbook', 'Writes it into modules/guestbook']],
});
