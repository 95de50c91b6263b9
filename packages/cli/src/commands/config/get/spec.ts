import { defineCommand } from '../../../framework/spec.ts';

export const spec = defineCommand({
  name: 'config get',
  group: 'Config',
  summary: 'Print what holds for a setting',
  arguments: [{ name: 'key', about: 'The setting, as in server.port', completes: 'setting' }],
  examples: [['config get server.port', 'Prints the port and nothing else']],
});
