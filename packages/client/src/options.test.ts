import { expect, test } from 'vitest';
import { createClient } from './index.ts';
import { endpointsOf } from './options.ts';

test.each([
  ['https://chat.example.org', 'https://chat.example.org', 'wss://chat.example.org'],
  ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080', 'ws://127.0.0.1:8080'],
  ['https://example.org/chat/', 'https://example.org/chat', 'wss://example.org/chat'],
  ['http://[::1]:9000', 'http://[::1]:9000', 'ws://[::1]:9000'],
])('%s', (url, rest, socket) => {
  expect(endpointsOf(url)).toEqual({ rest, socket });
});

test.each([
  ['chat.example.org', /not an absolute address/],
  ['', /not an absolute address/],
  ['ws://chat.example.org', /http:\/\/ or https:\/\//],
  ['https://ana:secret@chat.example.org', /username or password/],
  ['https://chat.example.org/?a=1', /query or a fragment/],
])('refuses %s', (url, why) => {
  expect(() => createClient({ url })).toThrow(why);
  expect(() => createClient({ url })).not.toThrow(/secret/);
});
