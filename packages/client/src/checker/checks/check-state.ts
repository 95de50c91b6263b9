import type { MessageEntry, TimelineEntry } from '@messox/protocol';
import { applyEntry } from '../../state/apply-entry.ts';
import { channelState } from '../../state/channel-state.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { ChannelTruth } from '../channel-truth.ts';
import type { Facts, SessionFacts } from '../facts.ts';
import type { FinalSnapshot } from '../history.ts';
import type { Report } from '../invariants.ts';
import { isChange } from '../is-change.ts';

/** One message after everything that was done to it: the client's own fold, of this message alone. */
const fold = (channelId: number, story: readonly TimelineEntry[]): MessageEntry | undefined =>
  story.reduce(applyEntry, channelState({ channelId, head: 0 })).messages[0];

const checkMembersAndName = (truth: ChannelTruth, snapshot: FinalSnapshot, report: Report): void => {
  const { channelId, head, members, name } = snapshot;
  const start = channelState({ channelId, head: 0, members: [] });
  const end = [...truth.entries].filter(({ kind, seq }) => kind !== 'message' && seq <= head).reduce(applyEntry, start);
  if (end.name !== undefined && name !== undefined && end.name !== name)
    report(
      'state',
      `Channel ${channelId} is called ${JSON.stringify(name)}, by its entries ${JSON.stringify(end.name)}.`,
      snapshot,
    );
  const text = (those: Iterable<readonly [number, string]>): string =>
    [...those]
      .sort(([a], [b]) => a - b)
      .map(([id, role]) => `${id} ${role}`)
      .join(', ');
  const [folded, read] = [text(end.members ?? []), text(members?.map(({ id, role }) => [id, role] as const) ?? [])];
  if (members && folded !== read)
    report('state', `The members of channel ${channelId} are ${read}; by its entries ${folded}.`, snapshot);
};

/** The final timeline from its beginning, and what every open session was told since its last reset, against the final snapshot. */
export const checkState = (facts: Facts, truths: ReadonlyMap<number, ChannelTruth>, report: Report): void => {
  const right = new Map<string, string>();
  for (const snapshot of facts.snapshots) {
    const { channelId, head, messages } = snapshot;
    const truth = truths.get(channelId);
    if (!truth) continue;
    if (head !== truth.head)
      report(
        'state',
        `Channel ${channelId} ends at ${head} in REST and at ${truth.head} by the socket.`,
        snapshot,
        truth.timeline,
      );
    checkMembersAndName(truth, snapshot, report);
    const read = new Map(messages.map((message) => [message.seq, canonicalJson(message)]));
    for (const entry of truth.entries) {
      if (entry.kind !== 'message') continue;
      const json = read.get(entry.seq);
      read.delete(entry.seq);
      if (json === undefined)
        report('state', `${channelId}/${entry.seq} is not in the snapshot.`, snapshot, truth.timeline);
      else right.set(`${channelId} ${entry.seq}`, json);
      const folded = fold(channelId, truth.story(entry));
      if (json !== undefined && folded && canonicalJson(folded) !== json)
        report(
          'state',
          `${channelId}/${entry.seq} in the snapshot is not what its entries make of it.`,
          snapshot,
          truth.timeline,
        );
    }
    for (const seq of read.keys())
      report('state', `${channelId}/${seq} is in the snapshot and not in the timeline.`, snapshot, truth.timeline);
  }
  for (const session of facts.sessions.values()) checkSessionState(session, right, report);
};

/** The messages that an app holds which does nothing but apply what it is told. */
const checkSessionState = (
  { open, records }: SessionFacts,
  right: ReadonlyMap<string, string>,
  report: Report,
): void => {
  if (records.some(({ type }) => type === 'close')) return;
  const stories = new Map<number, Map<number, TimelineEntry[]>>();
  const tell = (entry: TimelineEntry): void => {
    const ofChannel = stories.get(entry.channelId);
    if (entry.kind === 'message') ofChannel?.set(entry.seq, [entry]);
    else if (isChange(entry)) ofChannel?.get(entry.targetSeq)?.push(entry);
  };
  for (const record of records)
    switch (record.type) {
      case 'reset':
        stories.set(record.channelId, new Map());
        for (const entry of record.entries) tell(entry);
        break;
      case 'recv':
        tell(record.entry);
        break;
      case 'removed':
        stories.delete(record.channelId);
        break;
      default:
    }
  for (const [channelId, ofChannel] of stories)
    for (const [seq, story] of ofChannel) {
      const wanted = right.get(`${channelId} ${seq}`);
      const folded = fold(channelId, story);
      if (wanted !== undefined && folded && canonicalJson(folded) !== wanted)
        report(
          'state',
          `What the session was told of ${channelId}/${seq} does not come to what the snapshot says.`,
          open,
        );
    }
};
