import { defineCommand } from '../../../framework/spec.ts';

export const spec = defineCommand({
  name: 'migrate new',
  group: 'Data',
  summary: 'Begin a migration of a module that you write',
  about:
    'Makes the next numbered SQL file in the folder migrations of a module. A server applies it when it starts with that module.',
  arguments: [{ name: 'name', about: 'What it does, as in add-colours: small letters, digits and hyphens' }],
  options: {
    module: { type: 'text', value: 'folder', short: 'm', about: 'Folder of the module; default: the current one' },
  },
  examples: [['migrate new add-colours --module modules/paint', 'Makes modules/paint/migrations/0001-add-colours.sql']],
});
