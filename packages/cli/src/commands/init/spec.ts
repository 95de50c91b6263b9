import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'init',
  group: 'Lifecycle',
  summary: 'Make a server in a folder: its settings and secrets',
  about:
    'Makes messox.yaml, .env and .gitignore where they are missing, after a few questions; with --yes it takes the defaults and what the options say. Files that exist are left as they are, so running it again changes nothing.',
  arguments: [{ name: 'dir', about: 'The folder; it is made if need be', optional: true, completes: 'folder' }],
  options: {
    host: { type: 'text', value: 'address', about: 'Address to listen on' },
    port: { type: 'integer', value: 'port', min: 0, max: 65_535, short: 'p', about: 'Port to listen on' },
    registration: {
      type: 'choice',
      value: 'who',
      choices: ['open', 'closed'],
      about: 'Who may make an account',
    },
  },
  examples: [
    ['init', 'Asks, and makes a server in the current folder'],
    ['init /srv/chat --yes --port 9000', 'Makes one without asking'],
  ],
});
