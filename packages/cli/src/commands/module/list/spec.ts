import { defineCommand } from '../../../framework/spec.ts';

export const spec = defineCommand({
  name: 'module list',
  group: 'Config',
  summary: 'List the modules, with migrations and settings of each',
  about:
    'Those that come along with messox, and those of the folder modules, which are loaded for it as the server does. What the database has of their migrations is told while the server runs.',
  examples: [['module list --json', 'For programs']],
});
