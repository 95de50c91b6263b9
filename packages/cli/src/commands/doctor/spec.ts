import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'doctor',
  group: 'Help',
  summary: 'Look for what is wrong and say what mends it',
  about: 'Looks at the machine, the settings, the network, the data and the running server, and changes nothing.',
  arguments: [
    {
      name: 'group',
      about: 'Only these: host, config, network, data, runtime',
      optional: true,
      variadic: true,
      choices: ['host', 'config', 'network', 'data', 'runtime'],
    },
  ],
  options: { strict: { type: 'flag', about: 'End with exit code 4 for warnings, too' } },
  examples: [
    ['doctor', 'Looks at everything'],
    ['doctor network --json', 'Looks at one group, for a program'],
  ],
});
