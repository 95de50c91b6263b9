import { block } from './lines.ts';
import { prefixOf } from './names.ts';
import type { NginxOptions } from './options.ts';

const nameOf = (options: NginxOptions): string => `${prefixOf(options)}_network`;

/** The variable that limits count by: whoever has a network can call from each of its addresses, and is one client all the same. */
export const networkOf = (options: NginxOptions): string => `$${nameOf(options)}`;

/** The same for calls that try a password; empty, and so not counted, for what a browser asks before it (OPTIONS). */
export const loginsOf = (options: NginxOptions): string => `$${prefixOf(options)}_logins`;

/**
 * By the bytes of an address, which has one spelling only then: four of IPv4, also where it is written as IPv6 (`::ffff:0:0/96`), and the
 * first eight of IPv6. The server counts by the same.
 */
export const networkMap = (options: NginxOptions): string[] => [
  '# Of IPv6, one subscriber has a /64.',
  ...block(`map $binary_remote_addr ${networkOf(options)}`, [
    'default $binary_remote_addr;',
    `'~(?s)^\\x00{10}\\xff\\xff(?<${nameOf(options)}_4>.{4})\\z' $${nameOf(options)}_4;`,
    `'~(?s)^(?<${nameOf(options)}_6>.{8}).{8}\\z' $${nameOf(options)}_6;`,
  ]),
  '# What a browser asks before it calls tries no password.',
  ...block(`map $request_method ${loginsOf(options)}`, [`default ${networkOf(options)};`, "OPTIONS '';"]),
];
