import { defineCommand } from '../../../framework/spec.ts';

export const spec = defineCommand({
  name: 'config validate',
  group: 'Config',
  summary: 'Check messox.yaml and .env',
  about:
    'Names every unknown key, wrong type and address or port that cannot be listened on, with its line. Nothing is changed.',
  examples: [['config validate', 'Ends with exit code 2 when something is wrong']],
});
