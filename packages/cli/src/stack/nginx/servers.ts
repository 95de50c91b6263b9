import { corsHeaders } from './cors.ts';
import { block, quoted } from './lines.ts';
import { locations } from './locations.ts';
import { prefixOf } from './names.ts';
import { hasTls, type NginxOptions } from './options.ts';
import { placesOf } from './places.ts';
import { errorPages, refusalLocations } from './refusals.ts';
import { certificate, tlsProfile } from './tls.ts';

/** A proxy on the same machine; a container sees it at the address of its network. */
const privateNetworks = ['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '::1/128', 'fc00::/7'];

const listens = (options: NginxOptions, port: number, isDefault: boolean, isTls: boolean): string[] => {
  const usual = options.layout === 'site' ? ['0.0.0.0', '[::]'] : ['0.0.0.0'];
  const { http2On } = options.features;
  const parameters = `${isDefault ? ' default_server' : ''}${isTls ? ' ssl' : ''}${isTls && !http2On ? ' http2' : ''}`;
  return [
    ...(options.addresses ?? usual).map((address) => `listen ${address}:${port}${parameters};`),
    ...(isTls && http2On ? ['http2 on;'] : []),
  ];
};

/** How fast a request has to come: headers as a whole, a body from one piece to the next. */
const slowness = ['client_header_timeout 10s;', 'client_body_timeout 10s;', 'send_timeout 30s;'];

/** Whose X-Forwarded-For is believed: of each, the one hop that it wrote itself, however long the list is. */
const realAddress = ({ tls, trustedProxies = [] }: NginxOptions): string[] => {
  const networks = tls.mode === 'proxy' && trustedProxies.length === 0 ? privateNetworks : trustedProxies;
  if (networks.length === 0) return [];
  return [
    ...networks.map((network) => `set_real_ip_from ${network};`),
    'real_ip_header X-Forwarded-For;',
    'real_ip_recursive off;',
  ];
};

/** `always`, so that refusals have them, too; all in one place, since a location with a header of its own would lose these. */
const answerHeaders = (options: NginxOptions): string[] => {
  const prefix = prefixOf(options);
  const added = [
    // Two years, for this name only: others below it may not have TLS.
    ...(hasTls(options) ? ["Strict-Transport-Security 'max-age=63072000'"] : []),
    'X-Content-Type-Options nosniff',
    'Referrer-Policy no-referrer',
    'X-Request-Id $request_id',
    `Retry-After $${prefix}_retry_after`,
    `Cache-Control $${prefix}_cache_control`,
    ...corsHeaders(options),
  ];
  return [
    ...['X-Content-Type-Options', 'Referrer-Policy', 'X-Request-Id', 'Retry-After'].map(
      (it) => `proxy_hide_header ${it};`,
    ),
    ...added.map((header) => `add_header ${header} always;`),
    ...(options.features.addHeaderInherit ? ['add_header_inherit merge;'] : []),
  ];
};

const compressed = ['json', 'problem+json', 'javascript', 'manifest+json'].map((it) => `application/${it}`);

/** Not of sockets. Nothing is sent with cookies, so what others make a browser ask for holds no secrets (BREACH). */
const compression = [
  'gzip on;',
  'gzip_vary on;',
  'gzip_proxied any;',
  'gzip_min_length 1024;',
  `gzip_types ${[...compressed, 'text/css', 'text/plain', 'text/javascript', 'image/svg+xml'].join(' ')};`,
];

const accessLog = (options: NginxOptions): string => {
  const path = options.layout === 'site' ? '/var/log/nginx/messox.access.log' : placesOf(undefined).accessLog;
  return `access_log ${quoted(options.places?.accessLog ?? path)} ${prefixOf(options)};`;
};

const names = ({ domain, tls }: NginxOptions): string =>
  [...new Set([domain, ...(tls.mode === 'off' ? ['localhost', '127.0.0.1', '[::1]'] : [])])].join(' ');

const includes = ({ layout }: NginxOptions): string =>
  // A relative path begins at the folder of nginx.conf.
  layout === 'site' ? 'include messox/server.d/*.conf;' : 'include server.d/*.conf;';

/** The server itself. */
const mainServer = (options: NginxOptions): string[] => {
  const isTls = hasTls(options);
  const { http, https } = options.ports;
  return block('server', [
    ...listens(options, isTls ? https : http, false, isTls),
    `server_name ${names(options)};`,
    ...(isTls ? [...certificate(options), ...tlsProfile(options)] : []),
    '',
    'server_tokens off;',
    accessLog(options),
    ...realAddress(options),
    `client_max_body_size ${options.bodyBytes};`,
    ...slowness,
    'limit_req_status 429;',
    'limit_conn_status 429;',
    ...errorPages(),
    ...answerHeaders(options),
    ...compression,
    '',
    '# Locations and settings of your own.',
    includes(options),
    '',
    ...locations(options),
  ]);
};

/** Certbot's and lego's way; nginx's own module answers by itself. */
const challenges = ({ challengeFolder }: NginxOptions): string[] =>
  challengeFolder === undefined
    ? []
    : block('location ^~ /.well-known/acme-challenge/', [
        `root ${quoted(challengeFolder)};`,
        'types { }',
        'default_type text/plain;',
        'try_files $uri =404;',
      ]);

/** Sends to https who came without. */
const redirectServer = (options: NginxOptions): string[] => {
  const { http, https, publicHttps = https } = options.ports;
  const port = publicHttps === 443 ? '' : `:${publicHttps}`;
  return block('server', [
    ...listens(options, http, false, false),
    `server_name ${names(options)};`,
    'server_tokens off;',
    accessLog(options),
    ...slowness,
    ...challenges(options),
    ...block('location /', [`return 301 https://$host${port}$request_uri;`]),
  ]);
};

/** Refuses other names, and an address without one: no answer, and no certificate that would tell the name. */
const strangers = (options: NginxOptions): string[] => {
  const { http, https } = options.ports;
  const common = [
    'server_tokens off;',
    'access_log off;',
    ...slowness,
    // A request that is malformed before its name is known ends here, too.
    ...errorPages(),
    ...refusalLocations(),
    ...block('location /', ['return 444;']),
  ];
  return [
    ...block('server', [...listens(options, http, true, false), ...common]),
    ...(hasTls(options)
      ? block('server', [
          ...listens(options, https, true, true),
          'ssl_reject_handshake on;',
          ...tlsProfile(options),
          ...common,
        ])
      : []),
  ];
};

/** Whether nginx itself is alive; that the server behind it is away is no reason to restart it. */
const liveServer = ({ ports: { live = 8081 } }: NginxOptions): string[] =>
  block('server', [
    `listen 127.0.0.1:${live};`,
    'access_log off;',
    ...block('location = /live', ['types { }', 'default_type text/plain;', "return 200 'ok\\n';"]),
    ...block('location /', ['return 404;']),
  ]);

/** All servers, of which another nginx's site has neither those for strangers nor that for its container. */
export const servers = (options: NginxOptions): string[] => [
  ...(options.layout === 'whole' ? [...strangers(options), ...liveServer(options)] : []),
  ...(hasTls(options) ? redirectServer(options) : []),
  ...mainServer(options),
];
