import { defineCommand } from '../../../framework/spec.ts';

export const spec = defineCommand({
  name: 'backup verify',
  group: 'Data',
  summary: 'Tell whether a backup is whole',
  about:
    'Reads all of the file, compares every checksum in it and tells what it holds. It needs no server and no database.',
  arguments: [{ name: 'file', about: 'The backup; - is stdin', completes: 'file' }],
  examples: [['backup verify chat.tar.gz', 'Ends with 4 when it is damaged']],
  streams: true,
  ownsSignals: true,
});
