import type { EntryOf, MessageEntry, TimelineEntry } from '@messox/protocol';
import type { MessageChange } from '../state/channel-state.ts';
import { changed } from '../state/message.ts';
import { canonicalJson } from './canonical-json.ts';
import { type Facts, placeOf, sendKey } from './facts.ts';
import type { FinalTimeline } from './history.ts';
import { isChange } from './is-change.ts';

/** Stands for a text that nobody remembers: that of an edit whose message was deleted before anybody saw it. */
const forgotten = '\0 forgotten';

/** One channel as it really was: its final timeline, with what was deleted since put back. */
export class ChannelTruth {
  readonly timeline: FinalTimeline;
  /** Entries as they were when they were new, by seq. */
  readonly #entries = new Map<number, TimelineEntry>();
  /** What was done to each message, in order. */
  readonly #changes = new Map<number, MessageChange[]>();
  readonly #deleted = new Set<number>();
  readonly #json = new Map<number, string>();
  readonly head: number;

  constructor(
    timeline: FinalTimeline,
    sent: (message: MessageEntry) => MessageEntry,
    textOf: (edit: EntryOf<'message.edited'>) => string | undefined,
  ) {
    this.timeline = timeline;
    this.head = timeline.entries.at(-1)?.seq ?? 0;
    for (const entry of timeline.entries) if (entry.kind === 'message.deleted') this.#deleted.add(entry.targetSeq);
    for (const entry of timeline.entries) {
      const isEmptied = entry.kind === 'message.edited' && entry.text === '' && this.#deleted.has(entry.targetSeq);
      const original =
        entry.kind === 'message' ? sent(entry) : isEmptied ? { ...entry, text: textOf(entry) ?? forgotten } : entry;
      this.#entries.set(entry.seq, original);
      if (!isChange(original)) continue;
      const those = this.#changes.get(original.targetSeq);
      if (those) those.push(original);
      else this.#changes.set(original.targetSeq, [original]);
    }
  }

  entry(seq: number): TimelineEntry | undefined {
    return this.#entries.get(seq);
  }

  get entries(): IterableIterator<TimelineEntry> {
    return this.#entries.values();
  }

  /** An edit whose text nobody remembers. */
  isForgotten(entry: TimelineEntry): boolean {
    return entry.kind === 'message.edited' && entry.text === forgotten;
  }

  /** The message and what was done to it, in order. */
  story(message: MessageEntry): readonly TimelineEntry[] {
    return [message, ...(this.#changes.get(message.seq) ?? [])];
  }

  /** Whether an entry may be read like this by somebody who reads when at least everything up to `knownSeq` has happened. */
  isRight(read: TimelineEntry, knownSeq: number): boolean {
    const truth = this.#entries.get(read.seq);
    if (!truth) return false;
    if (truth.kind === 'message') return read.kind === 'message' && this.#stood(truth, read, knownSeq);
    if (canonicalJson(read) === this.#jsonOf(truth)) return true;
    if (truth.kind !== 'message.edited' || read.kind !== 'message.edited') return false;
    if (truth.text === forgotten) return true;
    return (
      read.text === '' &&
      this.#deleted.has(truth.targetSeq) &&
      canonicalJson({ ...truth, text: '' }) === canonicalJson(read)
    );
  }

  /** Whether the message stood like this at `knownSeq` or later. */
  #stood(sent: MessageEntry, read: MessageEntry, knownSeq: number): boolean {
    const json = canonicalJson(read);
    const changes = this.#changes.get(sent.seq) ?? [];
    if ((changes[0]?.seq ?? Infinity) > knownSeq && json === this.#jsonOf(sent)) return true;
    let stands = sent;
    for (const [index, change] of changes.entries()) {
      stands = changed(stands, change);
      if ((changes[index + 1]?.seq ?? Infinity) <= knownSeq) continue;
      const known = stands.text === forgotten ? { ...stands, text: read.text } : stands;
      if (canonicalJson(known) === json) return true;
    }
    return false;
  }

  #jsonOf(entry: TimelineEntry): string {
    const known = this.#json.get(entry.seq);
    if (known !== undefined) return known;
    const json = canonicalJson(entry);
    this.#json.set(entry.seq, json);
    return json;
  }
}

/** The channels of which the history has the final timeline. */
export const channelTruths = ({ calls, sends, sessions, timelines }: Facts): Map<number, ChannelTruth> => {
  const texts = new Map<string, string>();
  const note = (channelId: number, seq: number, text: string): void => {
    if (text !== '') texts.set(`${channelId} ${seq}`, text);
  };
  for (const { records } of sessions.values())
    for (const record of records)
      for (const entry of record.type === 'recv' ? [record.entry] : record.type === 'reset' ? record.entries : [])
        if (entry.kind === 'message.edited') note(entry.channelId, entry.seq, entry.text);
  for (const call of calls.values()) {
    const seq = placeOf(call);
    const { entry } = call.invoke;
    if (entry.kind === 'message.edited' && seq !== undefined) note(entry.channelId, seq, entry.text);
  }
  /** As it was sent; what nobody sent is another check's business. */
  const sent = ({ editedAt: _e, deletedAt: _d, reactions: _r, ...message }: MessageEntry): MessageEntry => {
    const invoked = sends.get(sendKey(message.senderId, message.clientId))?.[0]?.invoke.entry;
    if (invoked?.kind !== 'message') return message;
    const { meta, replyTo, text } = invoked;
    const { channelId, clientId, kind, sentAt, senderId, seq } = message;
    return {
      ...{ channelId, seq, kind, senderId, sentAt, clientId, text },
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(meta === undefined ? {} : { meta }),
    };
  };
  const truths = new Map<number, ChannelTruth>();
  for (const timeline of timelines)
    if (!truths.has(timeline.channelId))
      truths.set(
        timeline.channelId,
        new ChannelTruth(timeline, sent, ({ channelId, seq }) => texts.get(`${channelId} ${seq}`)),
      );
  return truths;
};
