import { rest } from '@messox/protocol';
import { againOf, unreachedOf } from './again.ts';
import { block } from './lines.ts';
import { prefixOf } from './names.ts';
import type { NginxOptions } from './options.ts';
import { awayLocation, errorPages, refusalLocations } from './refusals.ts';

/** Where a password is tried: each call costs the server a hash that is meant to be slow. */
const authPaths = [rest.login.path, rest.register.path, '/user/login', '/user/register'];

/** Upgrades; the second is that of messox-app. */
const socketPaths = ['/ws', '/server/ws'];

/** For the admin's own monitoring, which asks the processes themselves. */
const privatePaths = ['/metrics', '/readyz'];

/** Connections with a request under way: a slow one holds no more than these. */
const requestsPerAddress = 100;

/** After two and a half heartbeats without a ping the other side is dead: as the server has it. */
const deadAfterHeartbeats = 2.5;

const headers = ({ tls }: NginxOptions): string[] => [
  // With the port, if there is one: pages of the same origin are known by it.
  'proxy_set_header Host $http_host;',
  // What the client itself wrote into it is gone.
  'proxy_set_header X-Forwarded-For $remote_addr;',
  `proxy_set_header X-Forwarded-Proto ${tls.mode === 'proxy' ? 'https' : '$scheme'};`,
  'proxy_set_header X-Real-IP $remote_addr;',
  'proxy_set_header X-Request-Id $request_id;',
  ...['Forwarded', 'X-Forwarded-Host', 'Proxy'].map((name) => `proxy_set_header ${name} '';`),
];

const passTo = (options: NginxOptions, role: 'api' | 'gateway', lines: readonly string[]): string[] => [
  ...lines,
  `proxy_pass http://${prefixOf(options)}_${role};`,
  'proxy_http_version 1.1;',
  'proxy_connect_timeout 3s;',
  // Without non_idempotent, what was sent once is not sent again: a POST goes to the next only when the first took no connection.
  'proxy_next_upstream error timeout http_502 http_503;',
  'proxy_next_upstream_tries 3;',
  'proxy_next_upstream_timeout 15s;',
];

/** Of these locations alone: what the admin's own lead to is not tried at the server. */
const refusalPages = (options: NginxOptions, role: 'api' | 'gateway'): string[] => [
  ...errorPages({ sockets: role === 'gateway', unreached: unreachedOf(options, role) }),
  // What is tried again may fail again.
  ...(unreachedOf(options, role) === undefined ? [] : ['recursive_error_pages on;']),
];

const restHeaders = (options: NginxOptions): string[] => [
  ...headers(options),
  "proxy_set_header Connection '';",
  'proxy_read_timeout 30s;',
  'proxy_send_timeout 30s;',
];

const limited = (options: NginxOptions, zone: 'auth' | 'rest'): string => {
  const { authPerMinute, restPerSecond } = options.limits;
  const burst = zone === 'auth' ? authPerMinute : 3 * restPerSecond;
  return `limit_req zone=${prefixOf(options)}_${zone} burst=${burst} nodelay;`;
};

/** All zones count, each for itself. */
const restLocation = (options: NginxOptions, head: string, ...zones: readonly ('auth' | 'rest')[]): string[] =>
  block(
    `location ${head}`,
    passTo(options, 'api', [
      ...zones.map((zone) => limited(options, zone)),
      `limit_conn ${prefixOf(options)}_requests ${requestsPerAddress};`,
      ...refusalPages(options, 'api'),
      ...restHeaders(options),
    ]),
  );

const socketHeaders = (options: NginxOptions): string[] => {
  const deadMs = Math.ceil(options.heartbeatMs * deadAfterHeartbeats);
  return [
    ...headers(options),
    'proxy_set_header Upgrade $http_upgrade;',
    `proxy_set_header Connection $${prefixOf(options)}_connection;`,
    '# Two and a half heartbeats: who is silent for longer is gone.',
    `proxy_read_timeout ${deadMs}ms;`,
    `proxy_send_timeout ${deadMs}ms;`,
    `send_timeout ${deadMs}ms;`,
  ];
};

/** See `unreachedMaps`. */
const againLocations = (options: NginxOptions): string[] =>
  options.upstreams.kind === 'static'
    ? []
    : (['api', 'gateway'] as const).flatMap((role) =>
        block(
          `location ${againOf(options, role)}`,
          passTo(options, role, [
            'recursive_error_pages on;',
            `error_page 502 503 504 =503 ${awayLocation};`,
            ...(role === 'api' ? restHeaders(options) : socketHeaders(options)),
          ]),
        ),
      );

const socketLocation = (options: NginxOptions, path: string): string[] => {
  const prefix = prefixOf(options);
  const { limits } = options;
  return block(
    `location = ${path}`,
    passTo(options, 'gateway', [
      `limit_req zone=${prefix}_opens burst=${5 * limits.socketOpensPerSecond} nodelay;`,
      `limit_conn ${prefix}_sockets ${limits.socketsPerAddress};`,
      ...refusalPages(options, 'gateway'),
      ...socketHeaders(options),
    ]),
  );
};

/** What is at which path. */
export const locations = (options: NginxOptions): string[] => [
  ...socketPaths.flatMap((path) => socketLocation(options, path)),
  ...authPaths.flatMap((path) => restLocation(options, `= ${path}`, 'auth', 'rest')),
  ...privatePaths.flatMap((path) => block(`location = ${path}`, ['return 404;'])),
  ...restLocation(options, '/', 'rest'),
  ...againLocations(options),
  ...refusalLocations(),
];
