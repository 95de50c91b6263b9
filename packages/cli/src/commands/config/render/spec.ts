import { defineCommand } from '../../../framework/spec.ts';

export const spec = defineCommand({
  name: 'config render',
  group: 'Config',
  summary: 'Write the files that the settings stand for',
  about:
    'Writes compose.yaml and what belongs to it, and makes secrets that are missing. A file that was edited is kept: where the settings change other lines, the two are brought together after a question; where they change the same, or nobody can be asked, the new one is written beside it as .new.',
  options: {
    recreate: { type: 'flag', about: 'Bring back files that were removed' },
    exitCode: { type: 'flag', about: 'End with 3 when a file was kept that differs from what is generated' },
  },
  examples: [
    ['config render', 'Shows what changes, and writes it'],
    ['config render --recreate', 'Brings back what was removed, too'],
  ],
});
