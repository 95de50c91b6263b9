import { limits } from '@messox/protocol';
import { imageFeatures, type NginxFeatures, type NginxOptions, type Tls } from './nginx/index.ts';
import { serverPort, type Stack } from './stack.ts';
import { publicUrl, tlsTargets } from './tls.ts';

/** Docker's own DNS, in every network that is not the default one. */
const dockerResolver = '127.0.0.11';

const tlsOf = ({ deploy: { tls } }: Stack['settings']): Tls => {
  const { email, mode, staging } = tls;
  if (mode === 'acme') return { mode, email, staging };
  return mode === 'files' ? { mode, certificatePath: tlsTargets.certificate, keyPath: tlsTargets.key } : { mode };
};

/** What messox.yaml says of any nginx in front of the server. */
const edgeOptions = ({ deploy, limits: own, server }: Stack['settings'], url = server.publicUrl) => {
  const { bodyMb, ...edge } = deploy.limits;
  return {
    heartbeatMs: own.heartbeatMs ?? limits.heartbeatMs.default,
    bodyBytes: bodyMb * 1024 ** 2,
    limits: edge,
    allowedOrigins: url === undefined ? server.allowedOrigins : [...server.allowedOrigins, url],
  };
};

/** The nginx of the stack: it finds all replicas of a role by the name of their service. */
export const nginxOptions = ({ settings }: Stack): NginxOptions => ({
  layout: 'whole',
  domain: settings.deploy.domain ?? 'localhost',
  tls: tlsOf(settings),
  upstreams: {
    kind: 'dns',
    resolver: dockerResolver,
    api: { host: 'api', port: serverPort },
    gateway: { host: 'gateway', port: serverPort },
  },
  ports: { http: 80, https: 443, publicHttps: settings.deploy.ports.https },
  features: imageFeatures,
  ...edgeOptions(settings, settings.server.publicUrl ?? publicUrl(settings.deploy)),
});

export interface HostSite {
  readonly domain: string;
  /** Where the server listens, as `host:port`. */
  readonly target: string;
  readonly certificatePath: string;
  readonly keyPath: string;
  /** Where certbot puts its answers. */
  readonly challengeFolder?: string | undefined;
  readonly features: NginxFeatures;
}

/** A site of the machine's own nginx, in front of a server of one process. */
export const siteOptions = (
  settings: Stack['settings'],
  { certificatePath, challengeFolder, domain, features, keyPath, target }: HostSite,
): NginxOptions => ({
  layout: 'site',
  domain,
  tls: { mode: 'files', certificatePath, keyPath },
  upstreams: { kind: 'static', api: [target], gateway: [target] },
  ports: { http: 80, https: 443 },
  features,
  challengeFolder,
  ...edgeOptions(settings),
});
