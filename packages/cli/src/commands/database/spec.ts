import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'database',
  group: 'Data',
  summary: 'Look after the database',
  about: 'For a database that was copied, moved or set back by other means than messox backup and messox restore.',
  examples: [['database new-epoch', 'After a copy was put in the place of the data']],
});
