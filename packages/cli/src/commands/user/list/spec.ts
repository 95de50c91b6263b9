import { defineCommand } from '../../../framework/spec.ts';

export const spec = defineCommand({
  name: 'user list',
  group: 'Admin',
  summary: 'List the accounts',
  options: {
    query: { type: 'text', value: 'text', about: 'Only those whose username or display name holds this' },
    limit: {
      type: 'integer',
      value: 'count',
      short: 'n',
      min: 1,
      max: 10_000,
      default: 100,
      about: 'How many at most',
    },
    after: { type: 'integer', value: 'id', min: 0, default: 0, about: 'Go on after the account of this id' },
  },
  examples: [['user list --query an', 'Finds ana and Juan']],
});
