import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'verify',
  group: 'Help',
  summary: 'Prove that the running server keeps its promises',
  about:
    "People with temporary accounts talk through the server's public address, lose their connections and come back, while everything that they are told is held against what a messox server promises; one more socket is held idle. The accounts and what they wrote are removed at the end, also after Ctrl-C; what a run that was killed left behind goes with the next one. Where the server's folder is accounts can be made and removed, whether or not registration is open. A server elsewhere is named by its address: then it is looked at from outside, and with --as four devices of one account of yours talk in a group of their own, which they leave at the end; they are logged out, and nothing else of the account is touched. Ends with 3 when something is wrong.",
  arguments: [{ name: 'address', optional: true, about: 'A server elsewhere, without a folder here' }],
  options: {
    as: { type: 'text', value: 'name', about: 'Your username there' },
    passwordStdin: { type: 'flag', about: 'Read the password from stdin; or MESSOX_PASSWORD, or it is asked for' },
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
    ['verify https://chat.example.org --as ana', 'A server elsewhere'],
  ],
  ownsSignals: true,
});
