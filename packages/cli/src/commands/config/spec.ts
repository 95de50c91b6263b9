import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'config',
  group: 'Config',
  summary: 'Read, change and check the settings',
  about: 'Works on messox.yaml, whose comments and order it keeps. A setting is named by its path: server.port.',
  examples: [
    ['config show', 'Lists the settings with what is set and what holds'],
    ['config set server.port 9000', 'Changes one'],
  ],
});
