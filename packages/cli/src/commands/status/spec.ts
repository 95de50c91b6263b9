import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'status',
  group: 'Lifecycle',
  summary: 'Tell how the server is',
  about:
    'Tells of the server, its database and its disk; with mode compose of every container, of jobs that wait, of the certificate and of generated files, too. Exit code 0 when it runs and is well, 3 otherwise. While no server runs it starts nothing.',
  options: {
    watch: { type: 'flag', short: 'w', about: 'Look every two seconds until Ctrl-C; with --json an object each time' },
  },
  examples: [['status --json', 'For a program that watches']],
  ownsSignals: true,
});
