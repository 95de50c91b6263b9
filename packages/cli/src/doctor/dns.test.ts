import { describe, expect, it } from 'vitest';
import { resolverOf } from './dns.test.fixture.ts';
import { isLocalName, lookUpAddresses, lookUpCaa } from './dns.ts';

describe('a name is looked up', () => {
  it('with its addresses of both kinds, none where it has none, and none where there is no such name', async () => {
    const resolver = await resolverOf({
      'chat.example.org A': ['203.0.113.5', '203.0.113.6'],
      'chat.example.org AAAA': ['2001:db8::5'],
      'old.example.org A': ['203.0.113.7'],
    });
    const both = await lookUpAddresses('chat.example.org', resolver);
    expect({ ...both, ipv4: [...both.ipv4].sort() }).toEqual({
      ipv4: ['203.0.113.5', '203.0.113.6'],
      ipv6: ['2001:db8::5'],
    });
    expect(await lookUpAddresses('old.example.org', resolver)).toEqual({ ipv4: ['203.0.113.7'], ipv6: [] });
    expect(await lookUpAddresses('nowhere.example.net', resolver)).toEqual({ ipv4: [], ipv6: [] });
  });

  it('with the CAA records of the nearest name that has any', async () => {
    const resolver = await resolverOf({
      'chat.example.org A': ['203.0.113.5'],
      'example.org CAA': ['letsencrypt.org'],
      'a.example.net CAA': ['ca.example'],
      'example.net CAA': ['letsencrypt.org'],
    });
    expect(await lookUpCaa('chat.example.org', resolver)).toMatchObject({
      at: 'example.org',
      records: [{ issue: 'letsencrypt.org' }],
    });
    expect(await lookUpCaa('a.example.net', resolver)).toMatchObject({ at: 'a.example.net' });
    expect(await lookUpCaa('nowhere.example.com', resolver)).toBeUndefined();
  });
});

it.each([
  ['chat.example.org', false],
  ['chat', true],
  ['chat.local', true],
  ['chat.home.arpa', true],
  ['localhost.example.org', false],
])('%s is a name of one own network: %s', (name, local) => expect(isLocalName(name)).toBe(local));
