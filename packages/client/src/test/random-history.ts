import type { HistoryRecord } from '../checker/index.ts';
import { GoodServer } from './good-history.ts';

/** A generator of whole numbers below a bound that repeats with its seed (a linear congruential one is enough for tests). */
const dice = (seed: number): ((below: number) => number) => {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
};

const channelId = 10;
const people = [1, 2, 3];

/** A history of a server that does everything right, by chance. */
export const randomHistory = (seed: number, steps: number): HistoryRecord[] => {
  const roll = dice(seed);
  const server = new GoodServer();
  for (const userId of people)
    server.call({ channelId, kind: 'member.joined', senderId: 1, userId, role: userId === 1 ? 'owner' : 'member' });
  const sessions: ReturnType<GoodServer['open']>[] = [];
  const sent: Parameters<GoodServer['call']>[0][] = [];
  const outcomes = ['ok', 'ok', 'ok', 'ok', 'fail', 'lost', 'lost answer'] as const;
  for (let step = 0; step < steps; step += 1) {
    const members = [...server.members(channelId).keys()];
    const senderId = members[roll(members.length)] ?? 1;
    const outcome = outcomes[roll(outcomes.length)] ?? 'ok';
    const messages = server.asItStands(channelId).messages.filter(({ deletedAt }) => deletedAt === undefined);
    const target = messages[roll(Math.max(1, messages.length))];
    const about = { channelId, senderId, targetSeq: target?.seq ?? 1 };
    const again = sent[roll(Math.max(1, sent.length))];
    switch (roll(9)) {
      case 0:
      case 1: {
        const clientId = `00000000-0000-4000-8000-${String(step).padStart(12, '0')}`;
        const message = { channelId, kind: 'message', senderId, clientId, text: `text ${roll(1_000)}` } as const;
        if (server.call(message, outcome, `person ${senderId}`) > 0) sent.push(message);
        break;
      }
      case 2:
        if (again) server.call(again);
        break;
      case 3:
        if (target) server.call({ ...about, kind: 'message.edited', text: `edit ${step}` }, outcome);
        break;
      case 4:
        if (target && roll(3) === 0) server.call({ ...about, kind: 'message.deleted' }, outcome);
        break;
      case 5:
        if (target)
          server.call({ ...about, kind: roll(2) === 0 ? 'reaction.added' : 'reaction.removed', emoji: '👍' }, outcome);
        break;
      case 6:
        if (members.includes(3)) server.call({ channelId, kind: 'member.left', senderId: 1, userId: 3 });
        else server.call({ channelId, kind: 'member.joined', senderId: 1, userId: 3, role: 'member' });
        break;
      case 7: {
        const userId = people[roll(people.length)] ?? 1;
        const head = server.timeline(channelId).length;
        if (sessions.length > 3) server.close(sessions.splice(roll(sessions.length), 1)[0] ?? { id: '', userId });
        else sessions.push(server.open(userId, roll(2) === 0 ? {} : { [channelId]: roll(head + 1) }));
        break;
      }
      default:
        server.page(senderId, channelId, 1 + roll(5), roll(2) === 0 ? undefined : 1 + roll(30));
    }
  }
  return server.end();
};
