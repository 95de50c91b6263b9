import type { Cluster } from '../cluster/cluster.ts';
import type { Proxy, Weather } from '../cluster/proxy.ts';
import type { Dice } from '../dice.ts';
import type { Fault } from './fault.ts';

interface Line {
  readonly name: string;
  readonly proxy: Proxy;
}

const linesOf = ({ brokerLine, clientLines, databaseLine }: Cluster): Line[] => [
  ...[...clientLines].map(([name, proxy]) => ({ name: `line of clients to ${name}`, proxy })),
  ...(databaseLine ? [{ name: 'line to the database', proxy: databaseLine }] : []),
  ...(brokerLine ? [{ name: 'line to the broker', proxy: brokerLine }] : []),
];

const needs = (): undefined => undefined;

/** A fault of any line, by what it does to the line's proxy. */
const onLine = (name: string, lastsMs: readonly [number, number], hit: (proxy: Proxy, dice: Dice) => void): Fault => ({
  name,
  needs,
  aim: (cluster, dice) => {
    const line = dice.pick(linesOf(cluster));
    return {
      targets: [line.name],
      lastsMs,
      inject: async () => hit(line.proxy, dice),
      heal: async () => line.proxy.heal(),
    };
  },
});

/** Some or all connections of a line. */
const some = (proxy: Proxy, dice: Dice): Proxy['links'] => {
  const share = dice.pick([0.2, 0.5, 1]);
  return proxy.links.filter(() => dice.chance(share));
};

const weather =
  (choose: (dice: Dice) => Weather) =>
  (proxy: Proxy, dice: Dice): void =>
    void (proxy.weather = choose(dice));

/** Connections end, and new ones are refused for a while. */
export const cutLine = onLine('connections cut', [0, 2_000], (proxy, dice) => {
  const refuse = dice.chance(0.5);
  proxy.weather = { refuse };
  for (const link of refuse ? proxy.links : some(proxy, dice)) link.cut();
});

/** Both ends think that the connection stands, and nothing ever arrives any more. */
export const halfOpenLine = onLine('connections half-open', [0, 0], (proxy, dice) => {
  for (const link of some(proxy, dice)) link.isSilent = true;
});

export const delayLine = onLine(
  'line delayed',
  [500, 4_000],
  weather((dice) => ({ delayMs: dice.between(20, 800) })),
);

/** Everything arrives in tiny pieces. */
export const sliceLine = onLine(
  'line sliced',
  [500, 4_000],
  weather((dice) => ({ sliceBytes: dice.between(1, 40) })),
);

export const narrowLine = onLine(
  'line narrow',
  [500, 3_000],
  weather((dice) => ({ sliceBytes: 512, bytesPerSecond: dice.between(5, 50) * 1_024 })),
);

/** A client that reads nothing for a while, and is sent much. */
export const slowReader: Fault = {
  name: 'slow reader',
  needs,
  aim: ({ clientLines, servers }, dice) => {
    const name = dice.pick(servers.filter(({ spec }) => spec.roles.has('gateway'))).spec.name;
    const proxy = clientLines.get(name);
    return {
      targets: [`line of clients to ${name}`],
      lastsMs: [1_000, 5_000],
      inject: async () => {
        for (const link of proxy?.links ?? []) if (dice.chance(0.3)) link.stick(true);
      },
      heal: async () => proxy?.heal(),
    };
  },
};
