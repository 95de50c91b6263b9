import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'up',
  group: 'Lifecycle',
  summary: 'Start the server, and its database with it',
  about:
    'Runs the server of the folder until Ctrl-C, or with -d in the background. In a folder without a server it offers to make one; with --yes it does. With mode compose it writes what is generated, builds the image, migrates, starts all containers, waits until they are healthy, and shows their log; Ctrl-C stops them. A server that runs already is brought up to date without turning anybody away, and goes on in the background.',
  options: {
    detach: { type: 'flag', short: 'd', about: 'Run in the background; come back when the server is ready' },
    host: { type: 'text', value: 'address', about: 'Address to listen on, for this run' },
    port: {
      type: 'integer',
      value: 'port',
      short: 'p',
      min: 0,
      max: 65_535,
      about: 'Port to listen on, for this run; 0 takes a free one',
    },
    waitTimeout: {
      type: 'integer',
      value: 'seconds',
      min: 1,
      max: 86_400,
      about: 'How long it may take to be ready, with -d or with mode compose; default: 60, with mode compose 180',
    },
  },
  examples: [
    ['up', 'Runs the server in this terminal'],
    ['up -d --port 9000', 'Runs it in the background, on another port'],
  ],
  streams: true,
  ownsSignals: true,
});
