import type {
  Fail,
  FinalSnapshot,
  FinalTimeline,
  HistoryRecord,
  Info,
  Invoke,
  Ok,
  Open,
  Page,
  SessionRecord,
} from './history.ts';
import { SeenHeads } from './seen-heads.ts';
import { isChange } from './is-change.ts';

/** A call with how it ended. */
export interface Call {
  readonly invoke: Invoke;
  end: Ok | Fail | Info | undefined;
}

export interface SessionFacts {
  readonly open: Open;
  readonly records: SessionRecord[];
}

/** A history, sorted by what its records are about. */
export interface Facts {
  readonly calls: ReadonlyMap<string, Call>;
  /** The calls for each message, in the order of time. */
  readonly sends: ReadonlyMap<string, readonly Call[]>;
  readonly sessions: ReadonlyMap<string, SessionFacts>;
  readonly pages: readonly Page[];
  readonly timelines: readonly FinalTimeline[];
  readonly snapshots: readonly FinalSnapshot[];
  /** How far each channel was known to have come, and when. */
  readonly seen: SeenHeads;
}

export const sendKey = (senderId: number, clientId: string): string => `${senderId} ${clientId}`;

/** Where an acknowledged call stands; undefined when it was not told, and for a change that changed nothing. */
export const placeOf = ({ invoke, end }: Call): number | undefined => {
  if (end?.type !== 'ok') return undefined;
  return isChange(invoke.entry) && invoke.entry.targetSeq === end.seq ? undefined : end.seq;
};

/** @throws TypeError when the records are no history: an end without a call, a session that never opened */
export const gatherFacts = (records: Iterable<HistoryRecord>): Facts => {
  const calls = new Map<string, Call>();
  const sends = new Map<string, Call[]>();
  const sessions = new Map<string, SessionFacts>();
  const pages: Page[] = [];
  const timelines: FinalTimeline[] = [];
  const snapshots: FinalSnapshot[] = [];
  const seen = new SeenHeads();
  for (const record of [...records].sort((a, b) => a.at - b.at))
    switch (record.type) {
      case 'invoke': {
        const call: Call = { invoke: record, end: undefined };
        if (calls.has(record.call)) throw new TypeError(`The call ${record.call} is made twice`);
        calls.set(record.call, call);
        if (record.entry.kind !== 'message') break;
        const key = sendKey(record.entry.senderId, record.entry.clientId);
        const those = sends.get(key);
        if (those) those.push(call);
        else sends.set(key, [call]);
        break;
      }
      case 'ok':
      case 'fail':
      case 'info': {
        const call = calls.get(record.call);
        if (!call || call.end)
          throw new TypeError(`The call ${record.call} ends ${call ? 'twice' : 'before it is made'}`);
        call.end = record;
        const seq = placeOf(call);
        if (seq !== undefined) seen.note(call.invoke.entry.channelId, seq, record);
        break;
      }
      case 'open':
        if (sessions.has(record.session)) throw new TypeError(`The session ${record.session} opens twice`);
        sessions.set(record.session, { open: record, records: [] });
        break;
      case 'page':
        pages.push(record);
        break;
      case 'timeline':
        timelines.push(record);
        break;
      case 'snapshot':
        snapshots.push(record);
        break;
      default: {
        const session = sessions.get(record.session);
        if (!session) throw new TypeError(`The session ${record.session} was never opened`);
        session.records.push(record);
        if (record.type === 'recv') seen.note(record.entry.channelId, record.entry.seq, record);
      }
    }
  return { calls, sends, sessions, pages, timelines, snapshots, seen };
};
