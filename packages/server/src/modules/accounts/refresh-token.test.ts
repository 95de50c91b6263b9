import { describe, expect, it } from 'vitest';
import { refreshTokens } from './refresh-token.ts';

const ours = refreshTokens('a key of this server');
const token = { sessionId: 'a_session-of-22-letters', generation: 7 };
const text = ours.make(token);

describe('refresh tokens', () => {
  it('say of which session and generation they are', () => {
    expect(ours.read(text)).toEqual(token);
    expect(ours.make(token)).toBe(text);
  });

  it('are of one server', () => expect(refreshTokens('a key of another server').read(text)).toBeUndefined());

  it('are refused with any one character changed, added or left out', () => {
    for (let at = 0; at < text.length; at += 1)
      for (const other of ['A', 'B', '8', '.', '=', ''])
        if (text[at] !== other) expect(ours.read(text.slice(0, at) + other + text.slice(at + 1))).toBeUndefined();
    for (const tail of ['=', 'A', ' ', '\n', '.']) expect(ours.read(text + tail)).toBeUndefined();
  });

  it.each([
    '',
    'r1',
    'r1...',
    `r2${text.slice(2)}`,
    text.replace('.7.', '.-7.'),
    text.replace('.7.', '.07.'),
    'é'.repeat(75),
  ])('cannot be %j', (other) => expect(ours.read(other)).toBeUndefined());
});
