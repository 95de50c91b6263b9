import { type EventData, events, ops } from '@messox/protocol';
import { defineModule, Fault, senderOf } from '../../kernel/module.ts';
import { channels } from '../channels/index.ts';
import { Typers } from './typers.ts';

/** What the processes tell each other; each tells its own sessions. */
const startedSignal = 'typing:started';

interface Started {
  readonly userId: number;
  readonly head: number;
}

/** That somebody is writing. It is worth nothing a moment later: nothing of it is stored, and much of it may be dropped. */
export const typing = defineModule({
  name: 'typing',
  needs: { channels },
  setup: ({ defer, limits, onSignal, op, sessions, timeline }, needs) => {
    const { typersTold, typingEveryMs, typingMs } = limits;
    /** Who said so here lately, and need not ask or be told again. */
    const said = new Typers(typingEveryMs, Infinity);
    /** Whom the sessions here were told of lately. */
    const told = new Typers(typingEveryMs, typersTold);
    const sweep = setInterval(() => {
      said.forgetOld();
      told.forgetOld();
    }, typingEveryMs * 10);
    sweep.unref();
    defer(() => clearInterval(sweep));

    sessions.follow({
      handed: (_session, entry) => {
        if (entry.kind !== 'message' || (said.isEmpty && told.isEmpty)) return;
        said.forget(entry.channelId, senderOf(entry));
        told.forget(entry.channelId, senderOf(entry));
      },
    });
    op(ops.typingStart, async ({ channelId }, { user: { userId } }) => {
      if (said.isRecent(channelId, userId)) return {};
      const { head, mayWrite } = await needs.channels.roleIn(channelId, userId);
      if (!mayWrite) throw new Fault('forbidden');
      if (said.note(channelId, userId)) {
        const started: Started = { userId, head };
        timeline.signal(channelId, startedSignal, started);
      }
      return {};
    });
    onSignal(startedSignal, (json, channelId) => {
      const { head, userId } = JSON.parse(json) as Started;
      if (!told.note(channelId, userId)) return;
      const data: EventData<typeof events.typing> = { channelId, userId, forMs: typingMs, head };
      sessions.tell(channelId, events.typing.name, data, { exceptUserId: userId });
    });
  },
});
