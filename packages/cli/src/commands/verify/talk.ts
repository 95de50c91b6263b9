import { setTimeout as delay } from 'node:timers/promises';
import { MessoxError } from '@messox/client';
import type { Device } from './people.ts';
import type { Tape } from './tape.ts';

export interface TalkOptions {
  readonly devices: readonly Device[];
  /** Who is in each channel; the first channel holds everybody. */
  readonly channels: ReadonlyMap<number, readonly Device[]>;
  readonly tape: Tape;
  readonly ms: number;
  readonly signal: AbortSignal;
}

/** Well below `opsPerSecond` and `requestsPerSecond`: this is about what is right, not about what is fast. */
const sayEveryMs = 400;
const cutEveryMs = 1_500;
const pageEveryMs = 500;
/** A timeline is read whole by catch-up, which goes back for `catchUpEntries`. */
const roundEntries = 600;

const texts = ['Bom dia!', '👨‍👩‍👧‍👦', 'e\u0301 é ﷺ', '\u202eשלום\u202c', '"quoted" \\ <b>', 'a\r\n\tb', '田中さん'];

const pick = <T>(those: readonly T[]): T | undefined => those[Math.floor(Math.random() * those.length)];

/** Repeats `work` with pauses around `everyMs` until the time is over. */
const repeat = async (
  everyMs: number,
  { ms, signal }: Pick<TalkOptions, 'ms' | 'signal'>,
  work: () => Promise<unknown> | undefined,
): Promise<void> => {
  const end = performance.now() + ms;
  const isOver = (): boolean => performance.now() >= end || signal.aborted;
  while (!isOver()) {
    await delay(everyMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
    if (isOver()) return;
    try {
      await work();
    } catch (error) {
      // A request that was under way when its line was cut; what was refused is on the tape.
      if (!(error instanceof MessoxError)) throw error;
    }
  }
};

/** One device says something, or changes what it said. */
const speak = ({ client }: Device, channelId: number, own: number[]): Promise<unknown> | undefined => {
  const seq = pick(own);
  const fate = Math.random();
  if (seq === undefined || fate < 0.7) {
    const { stored } = client.send({ channelId, text: pick(texts) ?? '' });
    // Not waited for: the next one may be written while this one is on its way, or while there is no line.
    stored.then(
      (sent) => own.push(sent.seq),
      () => undefined,
    );
    return undefined;
  }
  if (fate < 0.8) return client.edit({ channelId, seq, text: `${pick(texts) ?? ''} ${own.length}` });
  if (fate < 0.95) return client.react({ channelId, seq, emoji: pick(['👍', '❤️', '🎉']) ?? '👍' });
  return client.delete({ channelId, seq });
};

const readPage = async (device: Device, channelId: number, tape: Tape): Promise<void> => {
  const startedAt = performance.now();
  const limit = 1 + Math.floor(Math.random() * 100);
  const seq = 1 + Math.floor(Math.random() * 100);
  const range = pick([{}, { before: seq }, { after: seq }]) ?? {};
  const { head, messages } = await device.client.api.history(channelId, { limit, ...range });
  tape.add({ type: 'page', startedAt, userId: device.account.id, channelId, limit, ...range, head, messages });
};

/** Everybody writes in every channel, pages are read, and sockets are cut. Returns how many were. */
export const talk = async (options: TalkOptions): Promise<number> => {
  const { channels, devices, tape } = options;
  let cuts = 0;
  const [everybody] = channels.keys();
  // In the channel of all, fewer say something when there are more of them.
  const share = Math.min(0.5, roundEntries / ((options.ms / sayEveryMs) * devices.length));
  const speaking = devices.map((device) => {
    const own = new Map<number, number[]>();
    const others = [...channels].filter(([id, members]) => id !== everybody && members.includes(device));
    return repeat(sayEveryMs, options, () => {
      const channelId = Math.random() < share || others.length === 0 ? everybody : pick(others)?.[0];
      if (channelId === undefined) return undefined;
      const seqs = own.get(channelId) ?? [];
      own.set(channelId, seqs);
      return speak(device, channelId, seqs);
    });
  });
  const cutting = repeat(cutEveryMs, options, () => {
    const socket = pick(devices)?.line.socket;
    if (socket) {
      cuts += 1;
      socket.terminate();
    }
    return undefined;
  });
  const reading = repeat(pageEveryMs, options, () => {
    const [channelId, members] = pick([...channels]) ?? [0, []];
    const device = pick(members);
    return device && readPage(device, channelId, tape);
  });
  await Promise.all([...speaking, cutting, reading]);
  return cuts;
};
