import { describe, expect, it } from 'vitest';
import { fillEnv, parseEnv } from './env-file.ts';

const values = (source: string) => Object.fromEntries(parseEnv(source).map(({ name, value }) => [name, value]));

describe('parseEnv', () => {
  it.each([
    ['A=b', { A: 'b' }],
    ['A=', { A: '' }],
    ['export A = b c ', { A: 'b c' }],
    ['A="b # c" # d', { A: 'b # c' }],
    ["A='b=c'", { A: 'b=c' }],
    ['A=b # c', { A: 'b' }],
    ['A=b#c', { A: 'b#c' }],
    ['# A=b\n\n  \nB=c\r\nD=e\r\n', { B: 'c', D: 'e' }],
    ['A=1\nA=2', { A: '2' }],
  ])('reads %j', (source, expected) => expect(values(source)).toEqual(expected));

  it.each(['A', '=b', '1A=b', 'A B=c', 'A="b', 'A="b" c'])('refuses %j by its line and does not show it', (line) => {
    expect(() => parseEnv(`OK=1\n${line}\n`)).toThrow(/^Line 2 of \.env is not NAME=value$/);
  });
});

describe('fillEnv', () => {
  it('fills an empty one in its place and appends what is missing', () =>
    expect(fillEnv('# top\nA=\nB=kept # so\n', { A: 'x', C: 'y' })).toBe('# top\nA=x\nB=kept # so\nC=y\n'));

  it('makes a file', () => expect(fillEnv('', { A: 'x' })).toBe('A=x\n'));

  it('minds a last line without an end', () => expect(fillEnv('B=1', { A: 'x' })).toBe('B=1\nA=x\n'));
});
