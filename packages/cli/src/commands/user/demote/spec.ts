import { defineCommand } from '../../../framework/spec.ts';

export const spec = defineCommand({
  name: 'user demote',
  group: 'Admin',
  summary: 'Make an account one like the others again',
  about: 'Takes back user promote, and what user create --admin made.',
  arguments: [{ name: 'name', about: 'The username' }],
  examples: [['user demote ana', 'Makes ana an account like the others']],
});
