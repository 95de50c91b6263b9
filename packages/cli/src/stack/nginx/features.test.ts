import { expect, it } from 'vitest';
import { nginxFeatures } from './features.ts';

const none = { resolve: false, http2On: false, x25519mlkem768: false, acmeModule: false, addHeaderInherit: false };
const text = (nginx: string, ...more: string[]): string => [`nginx version: nginx/${nginx}`, ...more].join('\n');

it.each([
  [text('1.22.1', 'built with OpenSSL 3.0.22 25 Aug 2026'), none],
  [text('1.25.1 (Ubuntu)'), { ...none, http2On: true }],
  [text('1.27.2'), { ...none, http2On: true }],
  [text('1.27.3'), { ...none, http2On: true, resolve: true }],
  [text('1.29.3'), { ...none, http2On: true, resolve: true, addHeaderInherit: true }],
  [
    text('2.0.0', 'built with OpenSSL 3.6.5 29 Sep 2026'),
    { ...none, http2On: true, resolve: true, addHeaderInherit: true, x25519mlkem768: true },
  ],
  [text('1.22.1', 'built with OpenSSL 3.5.0 8 Apr 2025 (running with OpenSSL 3.0.13 30 Jan 2024)'), none],
  [
    text('1.22.1', 'built with OpenSSL 3.0.0 (running with OpenSSL 3.5.1 1 Jul 2025)'),
    { ...none, x25519mlkem768: true },
  ],
  ['', none],
])('of %j', (version, features) => expect(nginxFeatures(version)).toEqual(features));

it('knows the module for certificates by its file', () => {
  expect(nginxFeatures(text('1.30.0'), ['ngx_http_acme_module.so'])).toMatchObject({ acmeModule: true });
});
