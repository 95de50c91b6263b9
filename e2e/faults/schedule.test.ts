import { expect, it } from 'vitest';
import type { Cluster } from './cluster/cluster.ts';
import { Dice } from './dice.ts';
import type { Fault } from './menu/index.ts';
import { Schedule } from './schedule.ts';

const faultsOf = (count: number, blows: string[], enough: () => void): Fault[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `fault ${index}`,
    needs: () => (index === 0 ? 'not on this machine' : undefined),
    aim: () => ({
      targets: [],
      inject: () => {
        blows.push(`fault ${index}`);
        if (blows.length === count - 1) enough();
        return Promise.resolve();
      },
      heal: () => Promise.resolve(),
    }),
  }));

const play = async (seed: number): Promise<{ blows: string[]; injected: ReadonlyMap<string, number> }> => {
  const blows: string[] = [];
  let enough = (): void => undefined;
  const dealt = new Promise<void>((resolve) => (enough = resolve));
  const faults = faultsOf(21, blows, () => enough());
  const schedule = new Schedule({
    cluster: {} as Cluster,
    dice: new Dice(seed),
    faults,
    atOnce: 2,
    pauseMs: [1, 1],
  });
  schedule.start();
  await dealt;
  await schedule.stop();
  return { blows, injected: schedule.injected };
};

it('brings every fault that can be made before it brings one again, in an order that the seed makes', async () => {
  const { blows, injected } = await play(4711);
  // One hand may be a card ahead of the other.
  expect(new Set(blows.slice(0, 20)).size).toBeGreaterThanOrEqual(18);
  expect(injected.has('fault 0')).toBe(false);
  expect(blows[0]).toBe((await play(4711)).blows[0]);
});
