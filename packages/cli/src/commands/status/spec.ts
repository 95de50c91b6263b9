import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'status',
  group: 'Lifecycle',
  summary: 'Tell how the server is',
  about:
    'Tells of the server, its database and its disk. Exit code 0 when it runs and is well, 3 otherwise. While no server runs it starts nothing.',
  examples: [['status --json', 'For a program that watches']],
});
