import { setClock } from '../cluster/clock.ts';
import type { Fault } from './fault.ts';

/** The clock of one server jumps, and some time later back. */
export const jumpingClock: Fault = {
  name: 'clock jumps',
  needs: ({ clocks }) => (clocks.size === 0 ? 'libfaketime is missing: sudo apt-get install faketime' : undefined),
  aim: ({ clocks }, dice) => {
    const [name, file] = dice.pick([...clocks]);
    return {
      targets: [`clock of ${name}`],
      lastsMs: [500, 4_000],
      inject: () => setClock(file, dice.pick([-7_200, -60, 45, 600, 7_200])),
      heal: () => setClock(file, 0),
    };
  },
};
