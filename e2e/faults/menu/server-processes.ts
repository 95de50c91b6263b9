import type { ServerProcess } from '../cluster/server-process.ts';
import { always, type Fault } from './fault.ts';

const rolesOf = ({ spec }: ServerProcess): string => [...spec.roles].sort().join(' and ');

/** kill -9 of a server: no warning, no last words. */
export const killServer: Fault = {
  name: 'kill -9 of a server',
  weight: 2,
  needs: always,
  aim: ({ servers }, dice) => {
    const server = dice.pick(servers);
    return {
      targets: [server.spec.name],
      sort: rolesOf(server),
      lastsMs: [0, 1_500],
      inject: () => server.kill(),
      heal: () => server.start(),
    };
  },
};

/** SIGSTOP of a server, as a long pause of the garbage collector or of the whole virtual machine. */
export const freezeServer: Fault = {
  name: 'SIGSTOP of a server',
  needs: always,
  aim: ({ servers }, dice) => {
    const server = dice.pick(servers);
    return {
      targets: [server.spec.name],
      sort: rolesOf(server),
      lastsMs: [200, 4_000],
      inject: async () => server.signal('SIGSTOP'),
      heal: async () => server.signal('SIGCONT'),
    };
  },
};

/** An upgrade: one server after the other is stopped as it should be and started again. */
export const rollingRestart: Fault = {
  name: 'rolling restart',
  needs: always,
  aim: ({ servers }) => ({
    targets: servers.map(({ spec }) => spec.name),
    inject: async () => {
      for (const server of servers) {
        await server.stop();
        await server.start();
      }
    },
    heal: async () => undefined,
  }),
};
