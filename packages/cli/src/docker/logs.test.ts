import { expect, it } from 'vitest';
import { parseServiceLine, recordOf } from './logs.ts';

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
    msg: 'LOG:  ready | not really',
  });
});

it('an empty line is one, and a note of compose is none', () => {
  expect(parseServiceLine(`nginx-1  | ${time} `)).toMatchObject({ text: '' });
  expect(parseServiceLine('api-1 exited with code 0')).toBeUndefined();
});
