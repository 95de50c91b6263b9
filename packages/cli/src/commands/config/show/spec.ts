import { defineCommand } from '../../../framework/spec.ts';

export const spec = defineCommand({
  name: 'config show',
  group: 'Config',
  summary: 'List settings: set, default and effective',
  arguments: [{ name: 'section', about: 'Only these, as in server or limits', optional: true }],
  examples: [
    ['config show', 'Lists all but the limits that are not set'],
    ['config show limits', 'Lists every limit'],
  ],
});
