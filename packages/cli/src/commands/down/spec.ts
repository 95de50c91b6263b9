import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'down',
  group: 'Lifecycle',
  summary: 'Stop the server, and its database with it',
  about:
    'Lets the server answer what is under way, tell every client when to come back, and stop. Exit code 3 when no server runs. With mode compose all containers are stopped and removed; the data stays in its volumes.',
  options: {
    timeout: {
      type: 'integer',
      value: 'seconds',
      min: 1,
      max: 86_400,
      default: 60,
      about: 'How long to wait for its end',
    },
  },
  examples: [['down', 'Stops the server of this folder']],
  ownsSignals: true,
});
