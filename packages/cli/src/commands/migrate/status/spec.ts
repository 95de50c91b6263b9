import { defineCommand } from '../../../framework/spec.ts';

export const spec = defineCommand({
  name: 'migrate status',
  group: 'Data',
  summary: 'List the migrations and what is pending',
  about: 'Works on the running database; while none runs, it is started for the moment.',
  options: {
    exitCode: { type: 'flag', about: 'End with exit code 3 when the database is not as this version has it' },
  },
  examples: [['migrate status --exit-code', 'For a script that is to know']],
});
