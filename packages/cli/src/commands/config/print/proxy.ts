import { limits } from '@messox/protocol';
import type { Context } from '../../../framework/context.ts';
import type { Settings } from '../../../project/schema.ts';
import { proxySnippet } from '../../../stack/proxy-snippets.ts';
import type { PrintOptions, Printed } from './printed.ts';
import { domainOf, hasOwnNginx, proxyTarget, tellServer } from './target.ts';

/** Those that mostly run in a container of their own. */
const contained: readonly string[] = ['traefik', 'nginx-proxy-manager'];

const containerNote = (settings: Settings): string =>
  `A proxy in a container does not reach 127.0.0.1 of this machine. Let messox listen on the address of Docker's bridge instead (ip -4 addr show docker0 tells it): \`messox config set ${hasOwnNginx(settings) ? 'deploy.bind' : 'server.host'} 172.17.0.1\``;

/** The lines for a proxy that has the ports 80 and 443 already. */
export const printProxy = async (context: Context, settings: Settings, options: PrintOptions): Promise<Printed> => {
  const target = proxyTarget(settings);
  const kind = options.for ?? 'nginx';
  const domain = await domainOf(context, settings, options.domain);
  const heartbeatMs = settings.limits.heartbeatMs ?? limits.heartbeatMs.default;
  return {
    text: proxySnippet(kind, { domain, target, heartbeatMs }),
    notes: [
      ...(contained.includes(kind) && target.startsWith('127.') ? [containerNote(settings)] : []),
      ...(hasOwnNginx(settings) ? [] : tellServer(settings, domain)),
    ],
  };
};
