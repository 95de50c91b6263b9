import { limits } from '@messox/protocol';
import { imageFeatures, type NginxOptions, type Tls } from './nginx/index.ts';
import { serverPort, type Stack } from './stack.ts';
import { tlsTargets } from './tls.ts';

/** Docker's own DNS, in every network that is not the default one. */
const dockerResolver = '127.0.0.11';

const tlsOf = ({ deploy: { tls } }: Stack['settings']): Tls => {
  const { email, mode, staging } = tls;
  if (mode === 'acme') return { mode, email, staging };
  return mode === 'files' ? { mode, certificatePath: tlsTargets.certificate, keyPath: tlsTargets.key } : { mode };
};

/** The nginx of the stack: it finds all replicas of a role by the name of their service. */
export const nginxOptions = ({ settings }: Stack): NginxOptions => {
  const { deploy } = settings;
  const { bodyMb, ...edge } = deploy.limits;
  return {
    layout: 'whole',
    domain: deploy.domain ?? 'localhost',
    tls: tlsOf(settings),
    upstreams: {
      kind: 'dns',
      resolver: dockerResolver,
      api: { host: 'api', port: serverPort },
      gateway: { host: 'gateway', port: serverPort },
    },
    ports: { http: 80, https: 443, publicHttps: deploy.ports.https },
    features: imageFeatures,
    heartbeatMs: settings.limits.heartbeatMs ?? limits.heartbeatMs.default,
    bodyBytes: bodyMb * 1024 ** 2,
    limits: edge,
  };
};
