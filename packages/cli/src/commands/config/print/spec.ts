import { defineCommand } from '../../../framework/spec.ts';
import { proxyKinds } from '../../../stack/proxy-snippets.ts';

export const spec = defineCommand({
  name: 'config print',
  group: 'Config',
  summary: 'Print what systemd, nginx or a proxy needs',
  about:
    'Prints one of these to stdout and writes no file: systemd, the unit that starts an embedded server with the machine; nginx, a site with TLS for an nginx of the machine, in front of an embedded server; proxy, the lines for a proxy of yours that has the ports 80 and 443 already. Where it belongs is said beside it, on stderr.',
  arguments: [{ name: 'what', about: 'Which of them', choices: ['systemd', 'nginx', 'proxy'] }],
  options: {
    for: { type: 'choice', value: 'proxy', choices: proxyKinds, about: 'With proxy: which one (default: nginx)' },
    domain: {
      type: 'text',
      value: 'name',
      about: 'With nginx and proxy: the name of the server; default: that of server.publicUrl or deploy.domain',
    },
    certificate: {
      type: 'text',
      value: 'file',
      completes: 'file',
      about: 'With nginx: the certificate; default: where certbot puts that of the name',
    },
    key: { type: 'text', value: 'file', completes: 'file', about: 'With nginx: the key of the certificate' },
    user: { type: 'text', value: 'name', about: 'With systemd: who runs the server; default: who owns the folder' },
  },
  examples: [
    ['config print systemd | sudo tee /etc/systemd/system/messox.service', 'Has systemd start the server'],
    ['config print proxy --for caddy', 'Shows what to put into the Caddyfile'],
  ],
});
