import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'migrate',
  group: 'Data',
  summary: 'Look at and change the tables of the database',
  about:
    'The server applies what is pending when it starts; this is to look at it, to do it before, and to write more.',
  examples: [['migrate status', 'Lists what was applied and what is pending']],
});
