import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { clientAddress, networkOf } from './client-address.ts';

describe('networkOf', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8::1:2:3:4:5', '2001:db8:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('of %s is %s', (address, network) => expect(networkOf(address)).toBe(network));
});

describe('clientAddress', () => {
  const from = (remoteAddress: string | undefined, forwarded?: string | string[]): IncomingMessage =>
    ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

  it.each<[string, string | string[] | undefined, number, string]>([
    ['reads no header without a proxy', '198.51.100.1', 0, '10.0.0.1'],
    ['takes what the one proxy wrote, which is last', '198.51.100.66, 198.51.100.1', 1, '198.51.100.1'],
    ['takes what the outer of two proxies wrote', '198.51.100.66, 198.51.100.1, 10.0.0.2', 2, '198.51.100.1'],
    ['reads several headers as one list', ['198.51.100.66', '198.51.100.1'], 1, '198.51.100.1'],
    ['takes an IPv6 address', '2001:db8::1', 1, '2001:db8::1'],
    ['falls back to the proxy for a list that is too short', '198.51.100.1', 2, '10.0.0.1'],
    ['falls back to the proxy for what is no address', 'unknown', 1, '10.0.0.1'],
    ['falls back to the proxy for an empty entry', '198.51.100.1,', 1, '10.0.0.1'],
    ['falls back to the proxy without the header', undefined, 1, '10.0.0.1'],
  ])('%s', (_, header, proxies, address) => expect(clientAddress(from('10.0.0.1', header), proxies)).toBe(address));

  it('has a name for a connection that is gone', () => expect(clientAddress(from(undefined), 0)).toBe('unknown'));
});
