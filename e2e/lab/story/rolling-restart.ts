import type { World } from '../../faults/clients/people.ts';
import { say } from '../say.ts';
import { check } from './check.ts';
import { runningContainers } from './docker.ts';
import { everybodyHasEverything } from './judge.ts';
import type { Messox } from './messox.ts';
import { RequestWatch } from './request-watch.ts';

interface Restarted {
  readonly messox: Messox;
  readonly dir: string;
  readonly url: string;
  readonly project: string;
  readonly world: World;
}

/** Replaced by a restart; what holds data, and nginx, go on. */
const replaced = ['api', 'gateway', 'worker'];

const idsOf = async (
  project: string,
): Promise<{ readonly old: readonly string[]; readonly kept: readonly string[] }> => {
  const containers = await runningContainers(project);
  const isReplaced = ({ service }: { readonly service: string }) => replaced.includes(service);
  return {
    old: containers.filter(isReplaced).map(({ id }) => id),
    kept: containers.filter((it) => !isReplaced(it)).map(({ id }) => id),
  };
};

/** Restarts the server while somebody asks it all the time: no request fails, and no session moves more than once. */
export const restartRolling = async ({ dir, messox, project, url, world }: Restarted): Promise<void> => {
  await everybodyHasEverything(world, 'the crashes');
  const before = await idsOf(project);
  const watch = new RequestWatch(url);
  await watch.start();
  const connections = world.devices.map(({ counts }) => counts.connections);
  await messox.run(dir, ['restart', '--wait-timeout', '300']);
  await watch.stop();
  check(watch.failures.length === 0, `Requests failed: ${watch.failures.join('; ')}`);
  check(watch.answered > 0, 'Nothing was asked meanwhile');
  const moves = world.devices.map(({ counts }, index) => counts.connections - (connections[index] ?? 0));
  check(
    moves.every((count) => count <= 1),
    `Sessions moved more than once: ${moves.join(', ')}`,
  );
  const after = await idsOf(project);
  check(
    after.old.every((id) => !before.old.includes(id)),
    'Not every process was replaced',
  );
  check(after.kept.join() === before.kept.join(), 'More than processes of the server was replaced');
  say(`${watch.answered} requests answered, sessions moved: ${moves.join(', ')}`);
};
