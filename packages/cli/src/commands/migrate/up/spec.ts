import { defineCommand } from '../../../framework/spec.ts';

export const spec = defineCommand({
  name: 'migrate up',
  group: 'Data',
  summary: 'Apply what is pending',
  about: 'Each migration is applied whole or not at all. Applying nothing is no error.',
  examples: [['migrate up', 'Brings the database up to this version']],
});
