import { defineCommand } from '../../../framework/spec.ts';

export const spec = defineCommand({
  name: 'user disable',
  group: 'Admin',
  summary: 'Lock an account out',
  about: 'Ends its sessions at once and refuses its logins; nothing of it is deleted.',
  arguments: [{ name: 'name', about: 'The username' }],
  examples: [['user disable bruno', 'Locks bruno out']],
});
