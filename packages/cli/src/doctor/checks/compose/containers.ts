import type { Container } from '../../../docker/containers.ts';
import { isServerService, serverServices, services, type ServerService } from '../../../docker/services.ts';
import { fail, type Finding, ok } from '../../check.ts';
import { needsRunning, stackCheck } from './stack-check.ts';

type Looked = Pick<Container, 'health' | 'name' | 'oomKilled' | 'restarts' | 'service' | 'state'>;

/** Each of them fails for want of those before it. */
const byNeed = [
  'postgres',
  'rabbitmq',
  ...serverServices,
  'nginx',
] as const satisfies readonly (typeof services)[number][];

const isWell = ({ health, state }: Looked): boolean => state === 'running' && (health ?? 'healthy') === 'healthy';

const describe = ({ health, name, oomKilled, restarts, state }: Looked): string => {
  if (oomKilled) return `${name} was ended by the kernel for want of memory`;
  if (state === 'exited') return `${name} is stopped`;
  const again = restarts > 0 ? `, started again ${restarts} times` : '';
  return `${name} is ${state === 'running' ? (health ?? state) : state}${again}`;
};

interface Trouble {
  readonly why: string;
  readonly fix: string;
}

/** One that was stopped, or removed, is started by what starts the server; one that fails tells why. */
const troubleOf = (container: Looked): Trouble => ({
  why: describe(container),
  fix:
    container.state === 'exited' && !container.oomKilled
      ? '`messox up -d`'
      : `\`messox logs ${container.service} -n 50\``,
});

const missing = (service: string, count: number): Trouble[] =>
  count > 0 ? [{ why: `${count} of ${service} missing`, fix: '`messox up -d`' }] : [];

export const judgeContainers = (all: readonly Looked[], replicas: Readonly<Record<ServerService, number>>): Finding => {
  const own = all.filter(({ service }) => (services as readonly string[]).includes(service));
  const troubles = byNeed.flatMap((service): Trouble[] => {
    const those = own.filter((container) => container.service === service);
    const wanted = isServerService(service) ? replicas[service] : 1;
    const ill = those.filter((container) => !isWell(container));
    return [
      ...ill.filter(({ state }) => state !== 'running').map(troubleOf),
      ...missing(service, wanted - those.length),
      ...ill.filter(({ state }) => state === 'running').map(troubleOf),
    ];
  });
  const [first] = troubles;
  if (!first) return ok(`${own.length}, all of them healthy`);
  return fail(troubles.map(({ why }) => why).join('; '), first.fix);
};

export const containers = stackCheck({
  id: 'containers',
  title: 'Containers',
  group: 'runtime',
  when: ['doctor'],
  skip: needsRunning(...services),
  run: async (facts) => judgeContainers(await facts.containers(), facts.stack.settings.deploy.replicas),
});
