import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'scale',
  group: 'Lifecycle',
  summary: 'Change how many processes of a kind run',
  about:
    'For a server with mode compose: writes deploy.replicas into messox.yaml, and starts or stops processes until there are so many. Refuses what the database has no connections for.',
  arguments: [{ name: 'replicas', about: 'api=3, gateway=4, worker=1', variadic: true }],
  options: {
    waitTimeout: {
      type: 'integer',
      value: 'seconds',
      min: 1,
      max: 86_400,
      default: 180,
      about: 'How long new ones may take to be healthy',
    },
  },
  examples: [['scale gateway=4 api=3', 'Four processes that hold sockets, three that answer the API']],
  ownsSignals: true,
});
