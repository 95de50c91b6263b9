import { defineCommand } from '../../framework/spec.ts';

export const spec = defineCommand({
  name: 'logs',
  group: 'Lifecycle',
  summary: 'Show the log of the server',
  about:
    'Shows the last lines of the log, also while no server runs. The log itself is in logs/server.log, one JSON object a line; it is moved aside as it grows. With mode compose these are the lines of all containers, or of those that are named; lines of nginx, PostgreSQL and RabbitMQ that do not say how serious they are pass no --level.',
  arguments: [
    { name: 'service', about: 'nginx, api, gateway, worker, postgres, rabbitmq', optional: true, variadic: true },
  ],
  options: {
    follow: { type: 'flag', short: 'f', about: 'Go on with what is written from now on' },
    lines: { type: 'integer', value: 'count', short: 'n', min: 0, about: 'How many; default: 50, with --since all' },
    since: { type: 'text', value: 'time', about: 'Only what is newer: 90s, 10m, 2h, 3d ago, or 2026-01-31T18:30' },
    level: {
      type: 'choice',
      value: 'level',
      choices: ['debug', 'info', 'warn', 'error', 'fatal'],
      about: 'Only what is at least so serious',
    },
    grep: { type: 'text', value: 'text', short: 'g', about: 'Only lines that hold this text, in any case' },
  },
  examples: [
    ['logs -f', 'Follows the log'],
    ['logs --since 2h --level warn', 'What went wrong in the last two hours'],
  ],
  streams: true,
  ownsSignals: true,
});
