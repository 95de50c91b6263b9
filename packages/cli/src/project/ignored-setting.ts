import { hasTls } from '../stack/tls.ts';
import type { Settings } from './schema.ts';

/** What a server behind the nginx of its stack is told by the stack, and what stands in its place. */
const byStack: Readonly<Record<string, string>> = {
  'server.host':
    'nginx listens for the server, and `messox config set deploy.bind 127.0.0.1` names the address that it listens on',
  'server.port':
    'nginx listens for the server, and `messox config set deploy.ports.http 8080` (or deploy.ports.https) names its port',
  'server.trustedProxies':
    'the server has the nginx of the stack in front of it, and `messox config set deploy.tls.mode proxy` tells of a proxy in front of that',
};

const withTls: Readonly<Record<string, Settings['deploy']['tls']['mode']>> = {
  'deploy.tls.email': 'acme',
  'deploy.tls.staging': 'acme',
  'deploy.tls.certificate': 'files',
  'deploy.tls.key': 'files',
};

const ofData = ['deploy.images.postgres', 'deploy.images.rabbitmq'];

/** Whether files of a stack are generated for a server of another mode: where the settings say how it is reached. */
const isBehindStack = ({ deploy, mode }: Settings): boolean =>
  mode === 'compose' || (mode === 'external' && (deploy.domain !== undefined || deploy.tls.mode === 'off'));

/** Why the other settings leave nothing for this one to do, and which one does it; undefined where it has an effect. */
export const whyIgnored = (key: string, settings: Settings): string | undefined => {
  const { deploy, mode } = settings;
  if (!isBehindStack(settings)) {
    if (!key.startsWith('deploy.')) return undefined;
    return mode === 'embedded'
      ? 'it is for a server that Docker runs (`messox config set mode compose`), and for what `messox config print` prints'
      : 'nothing is generated for a server of mode external before deploy.domain says where it is reached';
  }
  const instead = byStack[key];
  if (instead !== undefined) return instead;
  const tls = withTls[key];
  if (tls !== undefined && deploy.tls.mode !== tls)
    return `it is for deploy.tls.mode ${tls}, and that is ${deploy.tls.mode}`;
  if (key === 'deploy.ports.https' && !hasTls(deploy))
    return `nginx speaks no TLS where deploy.tls.mode is ${deploy.tls.mode}, and listens on deploy.ports.http alone`;
  if (mode === 'external' && ofData.includes(key)) return 'with mode external the stack has no database and no broker';
  return undefined;
};
