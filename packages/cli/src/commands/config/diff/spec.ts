import { defineCommand } from '../../../framework/spec.ts';

export const spec = defineCommand({
  name: 'config diff',
  group: 'Config',
  summary: 'Compare the files with what the settings say',
  about:
    'Shows, for each generated file that is not as the settings say, what config render would change in it, or, where it was edited by hand, what is different about it. Nothing is changed.',
  options: { exitCode: { type: 'flag', about: 'End with 3 when there is a difference' } },
  examples: [
    ['config diff', 'Shows the differences'],
    ['config diff --exit-code --json', 'For programs: 3 when there are any'],
  ],
});
