import { CliError } from '../../../errors/cli-error.ts';
import type { Context } from '../../../framework/context.ts';
import type { Settings } from '../../../project/schema.ts';
import { bindAddress } from '../../../stack/bind-address.ts';

const hostPort = (host: string, port: number): string => {
  const near = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `${near.includes(':') ? `[${near}]` : near}:${port}`;
};

/** Where the one process of the server listens, as `host:port`. @throws CliError invalid_setting */
export const serverTarget = ({ server: { host, port } }: Settings): string => {
  if (port !== 0) return hostPort(host, port);
  throw new CliError('invalid_setting', 'The server has another port at each start: server.port is 0', {
    fixes: ['`messox config set server.port 8080`'],
  });
};

/** Whether containers of the server stand behind an nginx of their own. */
export const hasOwnNginx = ({ deploy, mode }: Settings): boolean =>
  mode === 'compose' || (mode === 'external' && deploy.domain !== undefined);

/** Where messox's own nginx listens. @throws CliError invalid_setting when that one speaks TLS itself */
const nginxTarget = ({ deploy }: Settings): string => {
  if (deploy.tls.mode === 'proxy') return hostPort(bindAddress(deploy), deploy.ports.http);
  throw new CliError('invalid_setting', `No proxy is in front of this server: deploy.tls.mode is ${deploy.tls.mode}`, {
    fixes: ['`messox config set deploy.tls.mode proxy`'],
  });
};

/** What a proxy in front of the server leads to. */
export const proxyTarget = (settings: Settings): string =>
  hasOwnNginx(settings) ? nginxTarget(settings) : serverTarget(settings);

/** By which name people reach the server. @throws CliError input_needed */
export const domainOf = async (
  { ask }: Context,
  { deploy, server }: Settings,
  given: string | undefined,
): Promise<string> => {
  const known = given ?? deploy.domain ?? (server.publicUrl && new URL(server.publicUrl).hostname);
  if (known === undefined)
    return (await ask.text({ message: 'By which name do people reach the server?', flag: '--domain <name>' })).trim();
  if (/^[\w.-]+$/.test(known) || /^\[[\da-f:.]+\]$/i.test(known)) return known;
  throw new CliError('invalid_usage', `"${known}" is no name of a server`, { fixes: ['--domain chat.example.org'] });
};

/** What the server is to be told of a proxy in front, as far as it does not know. */
export const tellServer = ({ server }: Settings, domain: string): string[] => {
  const lacking = [
    ...(server.publicUrl === undefined ? [`\`messox config set server.publicUrl https://${domain}\``] : []),
    ...(server.trustedProxies === 0 ? ['`messox config set server.trustedProxies 1`'] : []),
  ];
  return lacking.length === 0 ? [] : [`Tell the server of it: ${lacking.join(', then ')}, and start it again`];
};
