import { defineCommand } from '../../../framework/spec.ts';

export const spec = defineCommand({
  name: 'config unset',
  group: 'Config',
  summary: 'Remove a setting, so that its default holds',
  arguments: [{ name: 'key', about: 'The setting, as in server.port', completes: 'setting' }],
  examples: [['config unset server.port', 'Goes back to the default port']],
});
