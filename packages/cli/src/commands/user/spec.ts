import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'user',
  group: 'Admin',
  summary: 'Make, list, promote, disable accounts; set passwords',
  about: 'Works beside the running server, at once; while none runs, its database is started for the moment.',
  examples: [['user create --admin ana', 'Makes the first administrator']],
});
