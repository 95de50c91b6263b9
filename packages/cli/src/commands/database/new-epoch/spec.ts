import { defineCommand } from '../../../framework/spec.ts';

export const spec = defineCommand({
  name: 'database new-epoch',
  group: 'Data',
  summary: 'Make every device start over',
  about:
    'For a database that was set back by other means than messox restore: devices may have seen what it does not hold any more. Its new name makes them read everything anew. The server must be stopped.',
  examples: [['database new-epoch', 'Before the server is started again']],
});
