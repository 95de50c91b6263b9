import { defineCommand } from '../../../framework/spec.ts';

export const spec = defineCommand({
  name: 'user enable',
  group: 'Admin',
  summary: 'Let an account in again',
  about: 'Takes back user disable.',
  arguments: [{ name: 'name', about: 'The username' }],
  examples: [['user enable bruno', 'Lets bruno log in again']],
});
