import { defineCommand } from '../../../framework/spec.ts';

export const spec = defineCommand({
  name: 'user promote',
  group: 'Admin',
  summary: 'Make an account an administrator',
  arguments: [{ name: 'name', about: 'The username' }],
  examples: [['user promote ana', 'Makes ana, who has an account, an administrator']],
});
