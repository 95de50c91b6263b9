import { expect, it } from 'vitest';
import { isAtLeast } from '../server-log/record.ts';
import { isWithoutLevel, parseServiceLine, recordOf } from './logs.ts';

const time = '2026-11-28T23:52:09.123456789Z';

it('a line of a server is its own record, with the container that wrote it', () => {
  const line = parseServiceLine(`api-2  | ${time} {"time":"2026-11-28T23:52:09.100Z","level":"warn","msg":"slow"}`);
  expect(line).toMatchObject({ from: 'api-2', time });
  expect(line && recordOf(line)).toEqual({
    time: '2026-11-28T23:52:09.100Z',
    from: 'api-2',
    level: 'warn',
    msg: 'slow',
  });
});

it('a line of anything else is a message with the time that Docker gave it, whatever is in it', () => {
  const line = parseServiceLine(`postgres-1  | ${time} LOG:  ready | not really`);
  expect(line && recordOf(line)).toEqual({
    time: '2026-11-28T23:52:09.123Z',
    from: 'postgres-1',
    level: 'info',
    msg: 'LOG:  ready | not really',
  });
});

it('an empty line is one, and a note of compose is none', () => {
  expect(parseServiceLine(`nginx-1  | ${time} `)).toMatchObject({ text: '' });
  expect(parseServiceLine('api-1 exited with code 0')).toBeUndefined();
});

const postgres = '2026-11-28 23:52:09.123 UTC [27]';
const rabbitmq = '2026-11-28 23:52:09.123456+00:00';
it.each<[string, string, string | undefined]>([
  ['nginx-1', '2026/11/28 23:52:09 [warn] 1#1: *3 a body is buffered', 'warn'],
  ['nginx-1', '2026/11/28 23:52:09 [error] 9#9: *3 connect() failed', 'error'],
  ['nginx-1', '2026/11/28 23:52:09 [emerg] 1#1: host not found', 'fatal'],
  ['nginx-1', '2026/11/28 23:52:09 [notice] 1#1: start worker process 30', 'info'],
  ['nginx-1', '{"status":200,"path":"/api/v1/users"}', 'info'],
  ['nginx-1', '{"status":404,"path":"/x"}', 'info'],
  ['nginx-1', '{"status":"502","path":"/x"}', 'error'],
  ['nginx-1', '/docker-entrypoint.sh: Configuration complete; [error] ready for start up', undefined],
  ['postgres-1', `${postgres} LOG:  checkpoint starting: time`, 'info'],
  ['postgres-1', `${postgres} WARNING:  a collation has another version`, 'warn'],
  ['postgres-1', `${postgres} ERROR:  relation "LOG:  x" does not exist`, 'error'],
  ['postgres-1', `${postgres} FATAL:  password authentication failed`, 'fatal'],
  ['postgres-1', `${postgres} PANIC:  could not write`, 'fatal'],
  ['postgres-1', 'PostgreSQL init process complete; ready for start up.', undefined],
  ['rabbitmq-1', `${rabbitmq} [info] <0.213.0> Server startup complete`, 'info'],
  ['rabbitmq-1', `${rabbitmq} [warning] <0.213.0> memory`, 'warn'],
  ['rabbitmq-1', `${rabbitmq} [error] <0.213.0> closing connection`, 'error'],
  ['rabbitmq-1', '  ##  ##      RabbitMQ 4.1', undefined],
])('the level of a line of %s is read where it says one: %s', (from, text, level) => {
  const line = { from, time, text };
  expect(recordOf(line).level).toBe(level);
  expect(isWithoutLevel(line, recordOf(line))).toBe(level === undefined);
});

it.each([
  ['nginx-1', '2026/11/28 23:52:09 [warn] 1#1: *3 a body is buffered', '[warn] 1#1: *3 a body is buffered'],
  ['postgres-1', `${postgres} messox@messox LOG:  checkpoint`, '[27] messox@messox LOG:  checkpoint'],
  ['rabbitmq-1', `${rabbitmq} [info] <0.213.0> Server startup complete`, '[info] <0.213.0> Server startup complete'],
  [
    'postgres-1',
    '\t2026-11-28 23:52:09.123 UTC [27] is in a statement',
    '\t2026-11-28 23:52:09.123 UTC [27] is in a statement',
  ],
  ['api-1', '2026/11/28 23:52:09 [warn]', '2026/11/28 23:52:09 [warn]'],
])('a line of %s has one time', (from, text, msg) =>
  expect(recordOf({ from, time, text })).toMatchObject({ time: '2026-11-28T23:52:09.123Z', msg }),
);

it('what Node says as a process of ours dies is never left out', () => {
  const line = { from: 'api-1', time, text: 'FATAL ERROR: Reached heap limit' };
  expect(isWithoutLevel(line, recordOf(line))).toBe(false);
  expect(isAtLeast(recordOf(line), 'fatal')).toBe(true);
});
