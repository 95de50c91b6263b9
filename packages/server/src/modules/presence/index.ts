import { ops } from '@messox/protocol';
import { defineModule, everyProcess } from '../../kernel/module.ts';
import { accounts, sharingChanged } from '../accounts/index.ts';
import { blocks, blocksChanged } from '../blocks/index.ts';
import { channels } from '../channels/index.ts';
import { Lease } from './lease.ts';
import { Rounds } from './rounds.ts';
import { Watches } from './watches.ts';

/** What the processes tell each other: look at these users again. It says what to read, so it may be lost or come late. */
const changedSignal = 'presence:changed';
const sharingSignal = 'presence:sharing';

const usersInSignal = 1_000;

/** Who is there: users with a session in any process, seen by those that they let see them. */
export const presence = defineModule({
  name: 'presence',
  needs: { accounts, blocks, channels },
  migrations: new URL('./migrations/', import.meta.url),
  setup: (host) => {
    const { sessions, timeline } = host;
    const lease = new Lease(host);
    const watches = new Watches(host);
    const tell = (userIds: readonly number[]): void => {
      for (let first = 0; first < userIds.length; first += usersInSignal)
        timeline.signal(everyProcess, changedSignal, userIds.slice(first, first + usersInSignal));
    };
    const rounds = new Rounds({ ...host, lease, watches, tell });
    host.defer(() => rounds.stop());

    sessions.follow({
      present: (userId, isPresent) => {
        lease.note(userId, isPresent);
        rounds.wake();
      },
      closed: (session) => watches.closed(session),
      gap: () => {
        watches.allChanged();
        rounds.wake();
      },
    });
    host.onSignal(changedSignal, (json) => {
      if (watches.changed(JSON.parse(json) as number[])) rounds.wake();
    });
    host.onSignal(sharingSignal, (json) => {
      const userId = JSON.parse(json) as number;
      watches.sharingChanged(userId, sessions.of(userId));
      rounds.wake();
    });
    host.on(sharingChanged, ({ userId }) => timeline.signal(everyProcess, sharingSignal, userId));
    host.on(blocksChanged, ({ userId }) => timeline.signal(everyProcess, sharingSignal, userId));
    host.op(ops.presenceWatch, async ({ userIds }, { session }) => ({
      presences: await watches.watch(session, userIds),
    }));
  },
});
