import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'help',
  group: 'Help',
  summary: 'Explain messox or one of its commands',
  arguments: [
    { name: 'command', about: 'The words of a command', optional: true, variadic: true, completes: 'command' },
  ],
  examples: [['help config set', 'What messox config set --help shows']],
});
