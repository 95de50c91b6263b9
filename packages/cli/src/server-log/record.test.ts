import { describe, expect, it } from 'vitest';
import { CliError } from '../errors/cli-error.ts';
import { plainStyle } from '../output/style.ts';
import { isAtLeast, parseRecord, parseSince } from './record.ts';
import { renderRecord } from './render-record.ts';

describe('parseSince', () => {
  const now = Date.parse('2026-03-04T12:00:00Z');
  it.each([
    ['90s', '2026-03-04T11:58:30Z'],
    ['10m', '2026-03-04T11:50:00Z'],
    ['2h', '2026-03-04T10:00:00Z'],
    ['3d', '2026-03-01T12:00:00Z'],
    ['2026-03-04T11:00:00Z', '2026-03-04T11:00:00Z'],
    ['2026-03-04T11:00+02:00', '2026-03-04T09:00:00Z'],
  ])('%s', (text, expected) => {
    expect(new Date(parseSince(text, now)).toISOString()).toBe(new Date(expected).toISOString());
  });

  it('takes a time without a zone, and a day, as local', () => {
    expect(parseSince('2026-03-04T11:00', now)).toBe(new Date(2026, 2, 4, 11).getTime());
    expect(parseSince('2026-03-04 11:00', now)).toBe(new Date(2026, 2, 4, 11).getTime());
    expect(parseSince('2026-03-04', now)).toBe(new Date(2026, 2, 4).getTime());
  });

  it.each(['', 'yesterday', '10', '10 m', '-5m', '2026-13-01', '2026-02-30T99:00', '99999999999d'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseSince(text, now)).toThrow(CliError);
    },
  );
});

describe('a line of the log', () => {
  it('that is no JSON object is a message', () => {
    expect(['plain', '"text"', '[1]', 'null'].map(parseRecord)).toEqual(
      ['plain', '"text"', '[1]', 'null'].map((msg) => ({ msg })),
    );
  });

  it('passes by its level, and without one always', () => {
    expect(isAtLeast({ level: 'info' }, 'warn')).toBe(false);
    expect(isAtLeast({ level: 'fatal' }, 'error')).toBe(true);
    expect(isAtLeast({ msg: 'x' }, 'error')).toBe(true);
  });

  it('is shown with its fields, the stack only when asked for, and without a way to steer the terminal', () => {
    const record = {
      time: '2020-01-02T03:04:05.000Z',
      level: 'error',
      msg: 'it \u001b[2Jfailed',
      err: { message: 'no\nroom', stack: 'Error: no\n    at here\n    at there' },
      path: '/a b',
      count: 3,
    };
    const [line = '', ...more] = renderRecord(record, plainStyle);
    expect(line).toMatch(/^2020-01-0\d \d\d:\d\d:05 error it \\u001b\[2Jfailed no path="\/a b" count=3$/);
    expect(more).toEqual(['  room']);
    expect(renderRecord(record, plainStyle, true)).toEqual([line, '  room', '      at here', '      at there']);
  });
});
