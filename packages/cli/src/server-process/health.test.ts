import { expect, it } from 'vitest';
import { ownAddresses } from '../project/listen.ts';
import { typableUrl, urlsForOthers } from './health.ts';

it.each([
  ['http://0.0.0.0:9', '0.0.0.0', 'http://127.0.0.1:9'],
  ['http://[::]:9', '::', 'http://[::1]:9'],
  ['http://127.0.0.1:9', '127.0.0.1', 'http://127.0.0.1:9'],
  ['http://[fd00::1]:9', 'fd00::1', 'http://[fd00::1]:9'],
  ['https://chat.example.org', '0.0.0.0', 'https://chat.example.org'],
])('%s of a server on %s can be typed as %s', (url, host, expected) => {
  expect(typableUrl({ url, host, port: 9 })).toBe(expected);
});

it('names the addresses that others may use, where it listens on all', () => {
  const addresses = ownAddresses();
  expect(urlsForOthers({ host: '127.0.0.1', port: 9 })).toEqual([]);
  expect(urlsForOthers({ host: '::', port: 9 })).toHaveLength(addresses.length);
  expect(urlsForOthers({ host: '0.0.0.0', port: 9 })).toEqual(
    addresses.filter((address) => !address.includes(':')).map((address) => `http://${address}:9`),
  );
});
