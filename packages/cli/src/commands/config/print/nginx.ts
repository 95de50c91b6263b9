import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { execa } from 'execa';
import { CliError } from '../../../errors/cli-error.ts';
import type { Context } from '../../../framework/context.ts';
import type { Settings } from '../../../project/schema.ts';
import { nginxFeatures, renderNginx } from '../../../stack/nginx/index.ts';
import { siteOptions } from '../../../stack/nginx-options.ts';
import type { PrintOptions, Printed } from './printed.ts';
import { domainOf, hasOwnNginx, serverTarget, tellServer } from './target.ts';

const path = '/etc/nginx/conf.d/messox.conf';

/** Which Debian's nginx serves by itself, and certbot can write into. */
const webroot = '/var/www/html';

/** What the nginx of this machine says of itself; undefined where there is none. It is not on the PATH of everybody. */
const versionText = async (): Promise<string | undefined> => {
  const program = ['/usr/sbin/nginx', '/usr/local/sbin/nginx'].find((file) => existsSync(file)) ?? 'nginx';
  const { exitCode, stderr } = await execa(program, ['-V'], { reject: false, stdin: 'ignore' });
  return exitCode === 0 ? stderr : undefined;
};

const refuseContainers = (settings: Settings): void => {
  if (!hasOwnNginx(settings)) return;
  throw new CliError('invalid_usage', 'This server has an nginx of its own, in a container', {
    detail: 'A site of the machine is for a server of one process. Before the nginx of the containers stands a proxy.',
    fixes: ['`messox config print proxy`', '`messox config show deploy`'],
  });
};

/** A site for the nginx of this machine, in what that one understands. */
export const printNginx = async (context: Context, settings: Settings, options: PrintOptions): Promise<Printed> => {
  refuseContainers(settings);
  const target = serverTarget(settings);
  const domain = await domainOf(context, settings, options.domain);
  const told = await versionText();
  const certbot = `/etc/letsencrypt/live/${domain}`;
  const isCertbots = options.certificate === undefined && options.key === undefined;
  const [site] = renderNginx(
    siteOptions(settings, {
      domain,
      target,
      certificatePath: options.certificate === undefined ? `${certbot}/fullchain.pem` : resolve(options.certificate),
      keyPath: options.key === undefined ? `${certbot}/privkey.pem` : resolve(options.key),
      challengeFolder: isCertbots ? webroot : undefined,
      features: nginxFeatures(told ?? ''),
    }),
  );
  return {
    text: site?.content ?? '',
    path,
    notes: [
      ...(told === undefined
        ? ['There is no nginx on this machine: this is for version 1.22, and works with newer ones']
        : []),
      ...(isCertbots
        ? [
            `A certificate of Let's Encrypt: sudo certbot certonly --webroot -w ${webroot} -d ${domain} --deploy-hook 'nginx -s reload'`,
          ]
        : []),
      `Save it as ${path}; then: sudo nginx -t && sudo systemctl reload nginx`,
      ...tellServer(settings, domain),
    ],
  };
};
