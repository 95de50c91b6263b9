import { expect, it } from 'vitest';
import { stopCommand, unitIn } from './port-owner.ts';

it.each([
  ['0::/system.slice/caddy.service\n', 'caddy.service'],
  ['0::/system.slice/system-getty.slice/getty@tty1.service\n', undefined],
  ['0::/user.slice/user-1000.slice/user@1000.service/app.slice/web.service\n', undefined],
  ['0::/init.scope\n', undefined],
  ['12:pids:/system.slice/nginx.service/workers\n1:name=systemd:/x\n', 'nginx.service'],
])('the cgroup %j is of the unit %s', (cgroup, unit) => expect(unitIn(cgroup)).toBe(unit));

it.each([
  [{ pid: 812, command: 'caddy', unit: 'caddy.service' }, 'sudo systemctl disable --now caddy.service'],
  [{ pid: 812, command: 'node' }, 'sudo kill 812'],
  [{ pid: 812, command: 'docker-proxy', unit: 'docker.service' }, 'docker ps (names the container), docker stop'],
])('%j is ended by %s', (owner, command) => expect(stopCommand(owner)).toBe(command));
