import { bindAddress } from '../bind-address.ts';
import { memoryBudget } from '../memory-budget.ts';
import { hasTls, tlsTargets } from '../tls.ts';
import type { Stack } from '../stack.ts';
import { answersOk, container, healthcheck, manyFiles, readOnlyMount, type Service } from './container.ts';

const ports = ({ settings: { deploy } }: Stack): Service[] => {
  const published = (target: number, port: number): Service => ({
    target,
    published: String(port),
    host_ip: bindAddress(deploy),
    protocol: 'tcp',
  });
  return [published(80, deploy.ports.http), ...(hasTls(deploy) ? [published(443, deploy.ports.https)] : [])];
};

const certificateMounts = ({ settings: { deploy } }: Stack): Service[] => {
  const { certificate, key, mode } = deploy.tls;
  if (mode !== 'files' || certificate === undefined || key === undefined) return [];
  return [readOnlyMount(certificate, tlsTargets.certificate), readOnlyMount(key, tlsTargets.key)];
};

/** The only container that the world reaches. It waits for nobody: it answers 503 until the server is there. */
export const nginxService = (stack: Stack): Service => ({
  image: stack.settings.deploy.images.nginx,
  ...container({ memoryMb: memoryBudget(stack).nginx, pids: 256, graceSeconds: 35 }),
  // The master process opens ports and keys, the others have no rights at all.
  cap_add: ['CHOWN', 'NET_BIND_SERVICE', 'SETGID', 'SETUID'],
  command: ['nginx', '-g', 'daemon off;'],
  stop_signal: 'SIGQUIT',
  tmpfs: ['/tmp:size=128m,mode=1777'],
  ...manyFiles,
  ports: ports(stack),
  networks: ['edge'],
  volumes: [
    readOnlyMount('./nginx', '/etc/nginx'),
    ...certificateMounts(stack),
    ...(stack.settings.deploy.tls.mode === 'acme'
      ? [{ type: 'volume', source: 'acme', target: '/var/lib/messox-acme' }]
      : []),
  ],
  ...healthcheck({
    command: answersOk(8_081, '/live'),
    everySeconds: 10,
    startSeconds: 20,
  }),
});
