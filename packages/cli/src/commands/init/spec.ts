import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'init',
  group: 'Lifecycle',
  summary: 'Make a server in a folder: its settings and secrets',
  about:
    'Makes messox.yaml, .env and .gitignore where they are missing, after five questions at most; with --yes it takes the defaults and what the options say. Files that exist are left as they are, so running it again changes nothing. With mode compose it makes what Docker needs to run a server behind nginx, and says which DNS records to make.',
  arguments: [{ name: 'dir', about: 'The folder; it is made if need be', optional: true, completes: 'folder' }],
  options: {
    mode: {
      type: 'choice',
      value: 'mode',
      choices: ['embedded', 'compose'],
      about: 'What runs the server: one process, or Docker (asked for; default: embedded)',
    },
    host: { type: 'text', value: 'address', about: 'Address to listen on' },
    port: { type: 'integer', value: 'port', min: 0, max: 65_535, short: 'p', about: 'Port to listen on' },
    registration: {
      type: 'choice',
      value: 'who',
      choices: ['open', 'closed'],
      about: 'Who may make an account',
    },
    domain: { type: 'text', value: 'name', about: 'With compose: the name that people reach the server by' },
    tls: {
      type: 'choice',
      value: 'mode',
      choices: ['acme', 'files', 'proxy', 'off'],
      about: 'With compose: where TLS comes from',
    },
    email: { type: 'text', value: 'address', about: "With acme: where Let's Encrypt writes to" },
    certificate: { type: 'text', value: 'file', completes: 'file', about: 'With files: the certificate' },
    key: { type: 'text', value: 'file', completes: 'file', about: 'With files: its key' },
    replicas: {
      type: 'integer',
      value: 'number',
      min: 1,
      max: 50,
      about: 'With compose: processes of API and of sockets, each',
    },
  },
  examples: [
    ['init', 'Asks, and makes a server in the current folder'],
    ['init --mode compose --domain chat.example.org', 'Makes one that Docker runs, with TLS'],
  ],
});
