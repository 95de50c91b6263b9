import { describe, expect, it } from 'vitest';
import { typed } from './command-line.ts';
import { createStyle } from './style.ts';
import { hang, wrap } from './wrap.ts';

describe('wrap', () => {
  it('breaks at spaces and nowhere else', () => {
    expect(wrap('one two three', 8, '  ')).toEqual(['  one', '  two', '  three']);
    expect(wrap('one two three', 9)).toEqual(['one two', 'three']);
    expect(wrap('a http://127.0.0.1:8080/api/docs b', 9)).toEqual(['a', 'http://127.0.0.1:8080/api/docs', 'b']);
    expect(wrap('', 9)).toEqual(['']);
  });

  it('keeps what is aligned by spaces', () =>
    expect(wrap('  address  http://x  y', 80)).toEqual(['  address  http://x  y']));

  it('leaves a command whole, to be pasted', () => {
    const place = { env: { MESSOX_COMMAND: 'npx messox', MESSOX_DIR: '/srv/chat' }, dir: '/srv/chat' };
    const text = typed('Say `messox config set server.port 1` now', place, { joined: true });
    expect(wrap(text, 20)).toEqual(['Say', 'npx messox config set server.port 1', 'now']);
  });
});

describe('hang', () => {
  it('lets all lines begin where the first one does', () => {
    const { red } = createStyle({ color: true, isTty: true, env: {} });
    expect(hang(`${red('x')} `, 'one two\nthree', 6)).toEqual([`${red('x')} one`, '  two', '  three']);
  });
});

describe('the width of a line', () => {
  const width = (facts: { isTty: boolean; columns?: number }): number =>
    createStyle({ color: false, env: {}, ...facts }).width;

  it('is that of the terminal, as far as lines of that width can be read', () => {
    expect(width({ isTty: true, columns: 72 })).toBe(72);
    expect(width({ isTty: true, columns: 300 })).toBe(100);
    expect(width({ isTty: true, columns: 0 })).toBe(80);
    expect(width({ isTty: true })).toBe(80);
  });

  it('has no end where no terminal is, so that lines can be searched', () =>
    expect(width({ isTty: false, columns: 80 })).toBe(Infinity));
});
