import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'chat',
  group: 'Help',
  summary: 'Talk with somebody in this terminal',
  about:
    'Shows the last messages of a channel and what is written from then on, and sends what you type. Without --with and --channel it takes the channel that was used last, or waits for somebody to write. What is piped in is sent line by line. The variable MESSOX_PASSWORD holds the password where there is no terminal; who has logged in once stays so on this machine, until /logout. With your own name for --with you write notes to yourself.',
  options: {
    url: {
      type: 'text',
      value: 'url',
      env: 'MESSOX_URL',
      about: 'The server; default: that of the folder, else of 127.0.0.1:8080',
    },
    as: { type: 'text', value: 'name', about: 'Your username' },
    with: { type: 'text', value: 'name', about: 'The username of whom to talk with; your own: notes' },
    channel: { type: 'integer', value: 'id', min: 1, about: 'The channel, instead of --with' },
    register: { type: 'flag', about: 'Make the account if there is none' },
    history: {
      type: 'integer',
      value: 'count',
      short: 'n',
      min: 0,
      max: 100,
      default: 20,
      about: 'How many of the last messages to show',
    },
  },
  examples: [
    ['chat --as ana', 'Waits until somebody writes to ana'],
    ['chat --as bruno --with ana', 'Writes to ana'],
  ],
  streams: true,
  ownsSignals: true,
});
