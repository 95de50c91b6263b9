import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'restart',
  group: 'Lifecycle',
  summary: 'Stop the server and start it again',
  about:
    'For a server that up -d started: stops it as down does and starts it with the same --host and --port, so that changed settings hold. When none runs, it starts one. With mode compose new processes of the same version are started beside the old ones, which stop when those are healthy: nobody is turned away. New files are tried, the image is built and the database is migrated first, as up does it. PostgreSQL and RabbitMQ go on as they are; it says so where up -d would start one anew. nginx starts anew only where it is described otherwise by now, or where a certificate of deploy.tls.mode files was renewed: clients connect again then.',
  options: {
    timeout: {
      type: 'integer',
      value: 'seconds',
      min: 1,
      max: 86_400,
      default: 60,
      about: 'How long to wait for its end',
    },
    waitTimeout: {
      type: 'integer',
      value: 'seconds',
      min: 1,
      max: 86_400,
      about: 'How long it may then take to be ready; default: 60, with mode compose 180',
    },
  },
  examples: [['restart', 'Makes changed settings hold']],
  ownsSignals: true,
});
