import type { GeneratedFile } from '../../generated/generated-file.ts';
import { dnsSeconds } from './dns.ts';
import { block, quoted } from './lines.ts';
import type { NginxOptions } from './options.ts';
import { placesOf } from './places.ts';
import { servers } from './servers.ts';
import { sharedBlocks } from './shared.ts';
import { acmeIssuer } from './tls.ts';

export { acmeDirectories } from './tls.ts';
export { imageFeatures, nginxFeatures } from './features.ts';
export type { NginxFeatures, NginxOptions, Tls, Upstreams } from './options.ts';

const header = (where: string): string[] => [
  '# Made by messox from messox.yaml; an edit of this file would keep it from being renewed.',
  `# Settings of your own go into ${where}, which messox never touches.`,
  '',
];

const fileOf = (path: string, lines: readonly string[]): GeneratedFile => ({
  path: `nginx/${path}`,
  mode: 0o644,
  content: `${lines.map((line) => line.trimEnd()).join('\n')}\n`,
});

const temporaryFolders = (folder: string): string[] =>
  ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${quoted(`${folder}/nginx-${name}`)};`,
  );

const mainFile = (options: NginxOptions): string[] => {
  const { errorLog, pid, temporary } = placesOf(options.places);
  const { tls, upstreams } = options;
  return [
    ...header('http.d/*.conf'),
    ...(tls.mode === 'acme' ? ['load_module /usr/lib/nginx/modules/ngx_http_acme_module.so;'] : []),
    'worker_processes auto;',
    'worker_rlimit_nofile 65536;',
    '# Sockets keep an old process alive after a reload; then they come back to a new one.',
    'worker_shutdown_timeout 30s;',
    `pid ${quoted(pid)};`,
    `error_log ${quoted(errorLog)} warn;`,
    '',
    ...block('events', ['# Each socket takes two: one to the client, one to the server.', 'worker_connections 16384;']),
    '',
    ...block('http', [
      'default_type application/octet-stream;',
      'server_tokens off;',
      '# A name may have 253 characters.',
      'server_names_hash_bucket_size 512;',
      ...temporaryFolders(temporary),
      ...(upstreams.kind === 'dns'
        ? [
            '# Docker says that an address holds for ten minutes; a replica may be gone sooner.',
            `resolver ${upstreams.resolver} valid=${dnsSeconds}s ipv6=off;`,
            'resolver_timeout 5s;',
          ]
        : []),
      ...acmeIssuer(options),
      'include http.d/*.conf;',
      'include messox.conf;',
    ]),
  ];
};

/** What cannot be had with this nginx, by the settings that ask for it. */
const checkFeatures = ({ features, layout, tls, upstreams }: NginxOptions): void => {
  if (upstreams.kind === 'dns' && !features.resolve) throw new Error('This nginx does not follow DNS (before 1.27.3)');
  if (tls.mode !== 'acme') return;
  if (!features.acmeModule) throw new Error('This nginx has no module for certificates');
  if (layout === 'site' || upstreams.kind !== 'dns') throw new Error('The module for certificates needs a DNS server');
};

/**
 * The files of an nginx in front of the server: `nginx/nginx.conf` and `nginx/messox.conf`, or, for a `site`, the latter alone.
 * In the same folder, `http.d` and `server.d` are the admin's (for a site, `messox/server.d` in that of nginx.conf).
 *
 * @throws Error when its features do not allow what is asked for, which the caller is to know
 */
export const renderNginx = (options: NginxOptions): GeneratedFile[] => {
  checkFeatures(options);
  const where = options.layout === 'site' ? '/etc/nginx/messox/server.d/*.conf' : 'server.d/*.conf';
  const site = fileOf('messox.conf', [...header(where), ...sharedBlocks(options), ...servers(options)]);
  return options.layout === 'site' ? [site] : [fileOf('nginx.conf', mainFile(options)), site];
};
