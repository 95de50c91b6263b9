import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'doctor',
  group: 'Help',
  summary: 'Look for what is wrong and say what mends it',
  about:
    'Looks at the machine, the settings, the network, the data and the running server, and changes nothing that stays. It asks name servers, its own public address and the authority of its certificates; no one else.',
  arguments: [
    {
      name: 'group',
      about: 'Only these: host, config, network, tls, data, runtime',
      optional: true,
      variadic: true,
      choices: ['host', 'config', 'network', 'tls', 'data', 'runtime'],
    },
  ],
  options: {
    strict: { type: 'flag', about: 'End with exit code 4 for warnings, too' },
    offline: { type: 'flag', about: 'Leave out what asks others than this machine' },
    hold: {
      type: 'integer',
      value: 'seconds',
      min: 1,
      max: 3_600,
      about: 'Hold a silent WebSocket for so long, with a temporary account that is removed then',
    },
  },
  ownsSignals: true,
  examples: [
    ['doctor', 'Looks at everything'],
    ['doctor network --json', 'Looks at one group, for a program'],
  ],
});
