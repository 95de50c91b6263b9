import { unreachedMaps } from './again.ts';
import { corsMaps } from './cors.ts';
import { block } from './lines.ts';
import { prefixOf } from './names.ts';
import { loginsOf, networkMap, networkOf } from './network.ts';
import type { NginxOptions, Upstreams } from './options.ts';

/**
 * One that fails three times is left alone for 5 s. Not for longer, and not after the first: with the database away all of them answer 503
 * at once, and they are back at once, too.
 */
const patience = 'max_fails=3 fail_timeout=5s';

const serversOf = (upstreams: Upstreams, role: 'api' | 'gateway'): string[] =>
  upstreams.kind === 'dns'
    ? [`server ${upstreams[role].host}:${upstreams[role].port} resolve ${patience};`]
    : upstreams[role].map((address) => `server ${address} ${patience};`);

const upstream = (options: NginxOptions, role: 'api' | 'gateway', more: readonly string[] = []): string[] =>
  block(`upstream ${prefixOf(options)}_${role}`, [
    `zone ${prefixOf(options)}_${role} 256k;`,
    // Sockets live long: in turns, the one that came last would have the fewest for days.
    'least_conn;',
    ...serversOf(options.upstreams, role),
    ...more,
  ]);

/** The server itself closes what is idle for 65 s; nginx is to be the first. */
const keptAlive = ['keepalive 64;', 'keepalive_timeout 60s;'];

/**
 * Neither queries nor headers: there may be tokens in them.
 * All are texts: nginx writes some numbers with zeros in front, which JSON does not have.
 */
const logged = {
  time: '$time_iso8601',
  requestId: '$request_id',
  address: '$remote_addr',
  method: '$request_method',
  host: '$host',
  path: '$uri',
  status: '$status',
  bytes: '$body_bytes_sent',
  seconds: '$request_time',
  protocol: '$server_protocol',
  tls: '$ssl_protocol',
  agent: '$http_user_agent',
  upstream: '$upstream_addr',
  upstreamStatus: '$upstream_status',
  upstreamSeconds: '$upstream_response_time',
};

/** What servers share: upstreams, counters, variables, the form of the log. */
export const sharedBlocks = (options: NginxOptions): string[] => {
  const prefix = prefixOf(options);
  const { authPerMinute, restPerSecond, socketOpensPerSecond } = options.limits;
  const counted = (name: string, rate: string, by = networkOf(options)): string =>
    `limit_req_zone ${by} zone=${prefix}_${name}:10m rate=${rate};`;
  return [
    ...upstream(options, 'api', keptAlive),
    ...upstream(options, 'gateway'),
    '',
    '# An empty Connection keeps the connection to the server alive.',
    ...block(`map $http_upgrade $${prefix}_connection`, ['default upgrade;', "'' '';"]),
    '# When to come back: what the server says, or else in a second.',
    ...block(`map $status $${prefix}_own_retry_after`, ["default '';", '429 1;', '503 1;']),
    ...block(`map $upstream_http_retry_after $${prefix}_retry_after`, [
      'default $upstream_http_retry_after;',
      `'' $${prefix}_own_retry_after;`,
    ]),
    "# nginx's own answers are of this moment.",
    ...block(`map $upstream_status $${prefix}_cache_control`, ["default '';", "'' no-store;"]),
    ...corsMaps(options),
    ...unreachedMaps(options),
    '',
    ...networkMap(options),
    counted('auth', `${authPerMinute}r/m`, loginsOf(options)),
    counted('rest', `${restPerSecond}r/s`),
    counted('opens', `${socketOpensPerSecond}r/s`),
    `limit_conn_zone ${networkOf(options)} zone=${prefix}_requests:10m;`,
    `limit_conn_zone ${networkOf(options)} zone=${prefix}_sockets:10m;`,
    '',
    `log_format ${prefix} escape=json`,
    `    '${JSON.stringify(logged)}';`,
    '',
  ];
};
