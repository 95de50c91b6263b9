import type { Container } from '../../../docker/containers.ts';
import { listenProblem } from '../../../project/listen.ts';
import { type PortOwner, stopCommand } from '../../../project/port-owner.ts';
import { lookAtPort } from '../../../project/port-taken.ts';
import type { Settings } from '../../../project/schema.ts';
import { bindAddress } from '../../../stack/bind-address.ts';
import { hasTls } from '../../../stack/tls.ts';
import { beforeStart, fail, type Finding, ok } from '../../check.ts';
import { needsEngine, stackCheck } from './stack-check.ts';

/** Who has a port that nginx is to listen on. */
export type Holder =
  | { readonly kind: 'nobody' | 'us' | 'unknown' }
  | { readonly kind: 'container'; readonly name: string }
  | { readonly kind: 'process'; readonly owner: PortOwner };

export interface PortFacts {
  readonly port: number;
  readonly holder: Holder;
  readonly setting: 'deploy.ports.http' | 'deploy.ports.https';
}

/** In words, and the command that makes it let go. */
const describe = (holder: Holder): { readonly who: string; readonly stop: string } => {
  if (holder.kind === 'container') return { who: `the container ${holder.name}`, stop: `docker stop ${holder.name}` };
  if (holder.kind !== 'process') return { who: 'another program', stop: 'sudo ss -ltnp (names it)' };
  const { command, pid, unit } = holder.owner;
  const of = unit === undefined ? '' : `, ${unit} of systemd`;
  return { who: `${command} (pid ${pid}${of})`, stop: stopCommand(holder.owner) };
};

const isTaken = ({ holder }: PortFacts): boolean => holder.kind !== 'nobody' && holder.kind !== 'us';

/** With TLS of its own, the way out is to leave that to who has the port; `free` is a port that nobody has. */
const otherWay = ({ setting }: PortFacts, tls: Settings['deploy']['tls']['mode'], free: string): string =>
  tls === 'acme' || tls === 'files'
    ? `Keep it in front: \`messox config set deploy.tls.mode proxy\` and \`messox config set deploy.ports.http ${free}\``
    : `Take another port: \`messox config set ${setting} ${free}\``;

export const judgePorts = (
  ports: readonly PortFacts[],
  tls: Settings['deploy']['tls']['mode'],
  free: string,
): Finding => {
  const [first, ...more] = ports.filter(isTaken);
  if (!first) {
    const numbers = ports.map(({ port }) => port).join(' and ');
    return ok(
      ports.some(({ holder }) => holder.kind === 'us') ? `${numbers}: this server has them` : `${numbers}: free`,
    );
  }
  const why = [first, ...more].map(({ holder, port }) => `port ${port} is in use by ${describe(holder).who}`);
  const stops = new Set([first, ...more].map(({ holder }) => describe(holder).stop));
  return fail(why.join('; '), `Stop it: ${[...stops].join(' and ')}\n${otherWay(first, tls, free)}`);
};

const holderOf = async (
  port: number,
  host: string,
  running: readonly Pick<Container, 'name' | 'project' | 'published'>[],
  project: string,
): Promise<Holder> => {
  const container = running.find(({ published }) => published.some((place) => place.port === port));
  if (container?.project === project) return { kind: 'us' };
  const taken = await lookAtPort(port, host);
  if (!taken) return { kind: 'nobody' };
  if (container) return { kind: 'container', name: container.name };
  return taken.owner ? { kind: 'process', owner: taken.owner } : { kind: 'unknown' };
};

export const ports = stackCheck({
  id: 'ports',
  title: 'Ports of nginx',
  group: 'network',
  when: ['doctor', 'init', ...beforeStart],
  skip: needsEngine,
  run: async ({ running, stack: { compose, settings } }) => {
    const { deploy } = settings;
    const host = bindAddress(deploy);
    const problem = await listenProblem(host, 0);
    if (problem) return fail(problem.why, '`messox config unset deploy.bind`, or an address of this machine');
    const all = await running();
    const factsOf = async (setting: PortFacts['setting'], port: number): Promise<PortFacts> => ({
      setting,
      port,
      holder: await holderOf(port, host, all, compose.project),
    });
    const facts = [
      await factsOf('deploy.ports.http', deploy.ports.http),
      ...(hasTls(deploy) ? [await factsOf('deploy.ports.https', deploy.ports.https)] : []),
    ];
    const near = await listenProblem('127.0.0.1', 8080);
    return judgePorts(facts, deploy.tls.mode, near?.setting === 'server.port' ? near.better : '8080');
  },
});
