import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'help',
  group: 'Help',
  summary: 'Explain a command, or the code of an error',
  arguments: [
    {
      name: 'command',
      about: 'The words of a command, or a code',
      optional: true,
      variadic: true,
      completes: 'command',
    },
  ],
  examples: [
    ['help config set', 'What messox config set --help shows'],
    ['help port_in_use', 'What the code of an error means, and what to do'],
  ],
});
