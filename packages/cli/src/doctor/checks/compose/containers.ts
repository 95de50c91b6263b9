import type { Container } from '../../../docker/containers.ts';
import { serverServices, services, type ServerService } from '../../../docker/services.ts';
import { fail, type Finding, ok } from '../../check.ts';
import { needsRunning, stackCheck } from './stack-check.ts';

type Looked = Pick<Container, 'health' | 'name' | 'oomKilled' | 'restarts' | 'service' | 'state'>;

const isWell = ({ health, state }: Looked): boolean => state === 'running' && (health ?? 'healthy') === 'healthy';

const describe = ({ health, name, oomKilled, restarts, state }: Looked): string => {
  if (oomKilled) return `${name} was ended by the kernel for want of memory`;
  const again = restarts > 0 ? `, started again ${restarts} times` : '';
  return `${name} is ${state === 'running' ? (health ?? state) : state}${again}`;
};

export const judgeContainers = (all: readonly Looked[], replicas: Readonly<Record<ServerService, number>>): Finding => {
  const own = all.filter(({ service }) => (services as readonly string[]).includes(service));
  const ill = own.filter((container) => !isWell(container));
  const missing = services.flatMap((service) => {
    const wanted = serverServices.some((name) => name === service) ? replicas[service as ServerService] : 1;
    const count = own.filter((container) => container.service === service).length;
    return count < wanted ? [`${wanted - count} of ${service} missing`] : [];
  });
  if (ill.length === 0 && missing.length === 0) return ok(`${own.length}, all of them healthy`);
  return fail(
    [...ill.map(describe), ...missing].join('; '),
    ill[0] ? `\`messox logs ${ill[0].service} -n 50\`` : '`messox up`',
  );
};

export const containers = stackCheck({
  id: 'containers',
  title: 'Containers',
  group: 'runtime',
  when: ['doctor'],
  skip: needsRunning(...services),
  run: async (facts) => judgeContainers(await facts.containers(), facts.stack.settings.deploy.replicas),
});
