import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../cluster/cluster.ts';
import { always, type Fault, nothing } from './fault.ts';

const targets = ['database'];

/** A failure of these means that the database is away already, which is as good. */
const tolerate = async (work: Promise<unknown>): Promise<void> => {
  await work.catch(() => undefined);
};

const signal = async ({ database }: Cluster, name: NodeJS.Signals): Promise<void> => {
  const pid = await database.pid();
  if (pid !== undefined) process.kill(pid, name);
};

const backends = async ({ database }: Cluster): Promise<number[]> => {
  const rows = await database
    .asAdmin((sql) => sql<{ pid: number }[]>`select pid from pg_stat_activity where application_name like 'messox%'`)
    .catch(() => []);
  return rows.map(({ pid }) => pid);
};

/** `pg_ctl stop -m immediate`: no checkpoint, no goodbye; the next start recovers from the log. */
export const crashDatabase: Fault = {
  name: 'PostgreSQL restarted with -m immediate',
  needs: always,
  aim: (cluster) => ({
    targets,
    lastsMs: [0, 1_000],
    inject: () => signal(cluster, 'SIGQUIT'),
    heal: () => cluster.database.start(),
  }),
};

/** kill -9 of the postmaster, whose children end when they notice. */
export const killPostmaster: Fault = {
  name: 'kill -9 of the postmaster',
  needs: always,
  aim: (cluster) => ({
    targets,
    lastsMs: [0, 1_000],
    inject: () => signal(cluster, 'SIGKILL'),
    heal: () => cluster.database.start(),
  }),
};

/** The postmaster takes no new connection for a while; what is connected goes on, and nobody is refused. */
export const freezePostmaster: Fault = {
  name: 'SIGSTOP of the postmaster',
  needs: always,
  aim: (cluster) => ({
    targets,
    lastsMs: [200, 4_000],
    inject: () => signal(cluster, 'SIGSTOP'),
    heal: () => signal(cluster, 'SIGCONT'),
  }),
};

/** kill -9 of one backend: PostgreSQL ends all the others and recovers. */
export const killBackend: Fault = {
  name: 'kill -9 of a PostgreSQL backend',
  needs: always,
  aim: (cluster, dice) => ({
    targets,
    inject: async () => {
      const pids = await backends(cluster);
      if (pids.length > 0) process.kill(dice.pick(pids), 'SIGKILL');
    },
    heal: nothing,
  }),
};

/** A backend that answers nothing for a while, and holds whatever locks it has. */
export const freezeBackend: Fault = {
  name: 'SIGSTOP of a PostgreSQL backend',
  needs: always,
  aim: (cluster, dice) => {
    let pid: number | undefined;
    return {
      targets,
      lastsMs: [200, 3_000],
      inject: async () => {
        const pids = await backends(cluster);
        if (pids.length === 0) return;
        pid = dice.pick(pids);
        process.kill(pid, 'SIGSTOP');
      },
      heal: async () => {
        // It may have been ended with the others meanwhile.
        if (pid !== undefined) await tolerate(Promise.resolve(pid).then((it) => process.kill(it, 'SIGCONT')));
      },
    };
  },
};

/** pg_terminate_backend in a loop for a while: some of them in the middle of a commit. */
export const terminateBackends: Fault = {
  name: 'backends terminated in mid-commit',
  weight: 2,
  needs: always,
  aim: ({ database }, dice) => ({
    targets,
    inject: async () => {
      for (let left = dice.between(5, 40); left > 0; left -= 1) {
        await tolerate(
          database.asAdmin(
            (sql) => sql`
              select pg_terminate_backend(pid) from pg_stat_activity
              where application_name like 'messox%' and state <> 'idle'`,
          ),
        );
        await delay(dice.between(0, 40));
      }
    },
    heal: nothing,
  }),
};
