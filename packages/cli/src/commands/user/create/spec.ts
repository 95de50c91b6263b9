import { defineCommand } from '../../../framework/spec.ts';

export const spec = defineCommand({
  name: 'user create',
  group: 'Admin',
  summary: 'Make an account',
  arguments: [{ name: 'name', about: 'The username: letters and digits of any script' }],
  options: {
    admin: { type: 'flag', about: 'Make it an administrator' },
    displayName: { type: 'text', value: 'text', about: 'What others see instead of the username' },
    passwordStdin: { type: 'flag', about: 'Read the password from stdin' },
  },
  examples: [
    ['user create --admin ana', 'Asks for the password, and makes an administrator'],
    ['user create bruno --password-stdin < file', 'Without a terminal'],
  ],
});
