import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'verify',
  group: 'Help',
  summary: 'Prove that the running server keeps its promises',
  about:
    "People with temporary accounts talk through the server's public address, lose their connections and come back, while everything that they are told is held against what a messox server promises; one more socket is held idle. The accounts and what they wrote are removed at the end, also after Ctrl-C; what a run that was killed left behind goes with the next one. It must run where the server's folder is: there accounts can be made and removed, whether or not registration is open. Ends with 3 when something is wrong.",
  options: {
    url: {
      type: 'text',
      value: 'url',
      env: 'MESSOX_URL',
      about: 'Another address of this server than server.publicUrl',
    },
    seconds: { type: 'integer', value: 'count', min: 1, max: 86_400, about: 'How long to talk; default: 30' },
    minutes: { type: 'integer', value: 'count', min: 1, max: 1_440, about: 'The same in minutes' },
    accounts: { type: 'integer', value: 'count', min: 2, max: 50, default: 4, about: 'How many people talk' },
    idle: {
      type: 'integer',
      value: 'seconds',
      min: 0,
      max: 3_600,
      default: 75,
      about: 'How long a silent socket must be left open by what is in between; 0 leaves it out',
    },
  },
  examples: [
    ['verify', 'Takes about a minute and a half'],
    ['verify --minutes 10 --accounts 20 --json', 'For longer, for a program'],
  ],
  ownsSignals: true,
});
