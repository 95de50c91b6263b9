import { defineCommand } from '../../../framework/spec.ts';

export const spec = defineCommand({
  name: 'user passwd',
  group: 'Admin',
  summary: 'Set the password of an account',
  about: 'Every device that is logged in to the account has to log in again.',
  arguments: [{ name: 'name', about: 'The username' }],
  options: { passwordStdin: { type: 'flag', about: 'Read the password from stdin' } },
  examples: [['user passwd ana', 'Asks for the new password']],
});
