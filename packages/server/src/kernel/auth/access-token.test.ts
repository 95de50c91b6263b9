import { describe, expect, it } from 'vitest';
import { accessTokens } from './access-token.ts';

const now = 1_800_000_000_000;
const identity = { userId: 9_007_199_254_740_991, sessionId: 'a_session-of-22-letters', sessionEndsAt: now + 5_000 };
const ours = accessTokens('a key of this server, long enough');
const token = ours.issue(identity, now + 1_000);

describe('access tokens', () => {
  it('says who a genuine token speaks for', () => expect(ours.verify(token, now)).toEqual(identity));

  it('knows no token that has expired, or whose session has', () => {
    expect(ours.verify(token, now + 999)).toEqual(identity);
    expect(ours.verify(token, now + 1_000)).toBeUndefined();
    expect(ours.verify(ours.issue(identity, now + 60_000), now + 5_000)).toBeUndefined();
  });

  it('knows no token of another key', () =>
    expect(accessTokens('a key of another server, long enough').verify(token, now)).toBeUndefined());

  it('refuses a token with any one character changed, added or left out', () => {
    for (let at = 0; at < token.length; at += 1) {
      for (const other of ['A', 'B', '.', '=', ''])
        if (token[at] !== other)
          expect(ours.verify(token.slice(0, at) + other + token.slice(at + 1), now)).toBeUndefined();
      expect(ours.verify(`${token.slice(0, at)}_${token.slice(at)}`, now)).toBeUndefined();
    }
    for (const tail of ['=', 'A', ' ', '\n', '.', '!']) expect(ours.verify(token + tail, now)).toBeUndefined();
  });

  it('takes one spelling of the signature alone: the bits that base64 leaves over count', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const genuine = Array.from(alphabet, (letter) => token.slice(0, -1) + letter).filter((it) => ours.verify(it, now));
    expect(genuine).toEqual([token]);
  });

  it.each([
    ['nothing', ''],
    ['a word', 'token'],
    ['dots', '.....'],
    ['a JSON web token without signature', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.'],
    ['another version', `v2${token.slice(2)}`],
    ['what is far too long', `v1.${'a'.repeat(100_000)}`],
  ])('refuses %s', (_, text) => expect(ours.verify(text, now)).toBeUndefined());
});
