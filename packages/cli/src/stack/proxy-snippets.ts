import { block } from './nginx/lines.ts';

/** Proxies that there are lines for. */
export const proxyKinds = ['nginx', 'caddy', 'traefik', 'nginx-proxy-manager', 'apache'] as const;
export type ProxyKind = (typeof proxyKinds)[number];

export interface ProxySnippetOptions {
  readonly domain: string;
  /** Where messox's own nginx listens, as `host:port`. */
  readonly target: string;
  /** `limits.heartbeatMs` of the server. */
  readonly heartbeatMs: number;
}

/** What a socket may be silent for; above messox's own two and a half heartbeats, so that it is messox that decides. */
const idleSeconds = (heartbeatMs: number): number => Math.ceil((3 * heartbeatMs) / 1_000);

const nginx = ({ domain, heartbeatMs, target }: ProxySnippetOptions): string[] => {
  const seconds = idleSeconds(heartbeatMs);
  return [
    `# Into the server block of ${domain} that has its certificate.`,
    ...block('location /', [
      `proxy_pass http://${target};`,
      'proxy_http_version 1.1;',
      'proxy_set_header Host $http_host;',
      'proxy_set_header X-Forwarded-For $remote_addr;',
      'proxy_set_header Upgrade $http_upgrade;',
      '# Sent with every request: messox looks at it only where a socket is asked for.',
      'proxy_set_header Connection "upgrade";',
      `proxy_read_timeout ${seconds}s;`,
      `proxy_send_timeout ${seconds}s;`,
    ]),
  ];
};

const caddy = ({ domain, target }: ProxySnippetOptions): string[] => [
  '# Into the Caddyfile. Sockets and the address of the client need no more than this.',
  ...block(domain, [`reverse_proxy ${target}`]),
];

const traefik = ({ domain, target }: ProxySnippetOptions): string[] => [
  '# A file of the file provider; the names of entry point and resolver are those of your own traefik.yml.',
  '# There, respondingTimeouts.readTimeout of the entry point is at least 60s, and forwardedHeaders.insecure is not set.',
  'http:',
  '  routers:',
  '    messox:',
  `      rule: Host(\`${domain}\`)`,
  '      entryPoints: [websecure]',
  '      service: messox',
  '      tls:',
  '        certResolver: letsencrypt',
  '  services:',
  '    messox:',
  '      loadBalancer:',
  '        servers:',
  `          - url: http://${target}`,
];

/** What is typed into its pages: it writes the rest itself, and puts the address of the client at the end of X-Forwarded-For. */
const nginxProxyManager = ({ domain, heartbeatMs, target }: ProxySnippetOptions): string[] => {
  const [host, port] = [target.slice(0, target.lastIndexOf(':')), target.slice(target.lastIndexOf(':') + 1)];
  const seconds = idleSeconds(heartbeatMs);
  return [
    '# Hosts, Proxy Hosts, Add Proxy Host',
    '# Details:',
    `#   Domain Names           ${domain}`,
    '#   Scheme                 http',
    `#   Forward Hostname / IP  ${host}`,
    `#   Forward Port           ${port}`,
    '#   Websockets Support     on',
    '# SSL:',
    '#   SSL Certificate        one of this name; Force SSL on',
    '# Advanced, Custom Nginx Configuration:',
    `proxy_read_timeout ${seconds}s;`,
    `proxy_send_timeout ${seconds}s;`,
  ];
};

const apache = ({ domain, heartbeatMs, target }: ProxySnippetOptions): string[] => [
  `# Into the VirtualHost of ${domain} that has its certificate; first: a2enmod proxy proxy_http proxy_wstunnel headers rewrite`,
  'ProxyPreserveHost On',
  'ProxyRequests Off',
  '# What the client itself wrote into it is gone; Apache then puts the address of the client in.',
  'RequestHeader unset X-Forwarded-For early',
  `ProxyTimeout ${idleSeconds(heartbeatMs)}`,
  'RewriteEngine On',
  'RewriteCond %{HTTP:Upgrade} websocket [NC]',
  `RewriteRule ^/(.*) ws://${target}/$1 [P,L]`,
  `ProxyPass / http://${target}/`,
];

const lines: Readonly<Record<ProxyKind, (options: ProxySnippetOptions) => string[]>> = {
  nginx,
  caddy,
  traefik,
  'nginx-proxy-manager': nginxProxyManager,
  apache,
};

/** What a proxy of the admin's that already has the ports 80 and 443 needs in front of messox with the TLS mode `proxy`. */
export const proxySnippet = (kind: ProxyKind, options: ProxySnippetOptions): string =>
  `${lines[kind](options).join('\n')}\n`;
