import { clientControlFrame, clientTextFrame } from './frames.ts';
import { Fleet, type Member, type Samples } from './fleet.ts';
import { comeBack } from './come-back.ts';
import { closedLoop, openLoop, type Traffic } from './traffic.ts';

/** The load, in a process of its own: what it costs is not counted as the server's. Answers one call after the other. */
const [url = '', text = ''] = process.argv.slice(2);
let fleet = new Fleet(url, text);
let traffic: Traffic | undefined;

const commands = {
  connect: ({ atOnce, members }: { members: Member[]; atOnce: number }): Promise<number> =>
    fleet.connect(members, atOnce),
  closedLoop: ({ inFlight, writers }: { writers: number[]; inFlight: number }): void => {
    traffic = closedLoop(fleet, writers, inFlight);
  },
  openLoop: ({ perSecond, writers }: { writers: number[]; perSecond: number }): void => {
    traffic = openLoop(fleet, writers, perSecond);
  },
  take: (): Samples => fleet.take(),
  endTraffic: async (): Promise<void> => traffic?.end(),
  /** Resolves when these clients have that many entries each, with the time since `since`. */
  entries: async ({ each, since }: { each: number; since: number }): Promise<number> => {
    while (fleet.clients.some(({ entries }) => entries < each)) await new Promise((resolve) => setTimeout(resolve, 5));
    return (Date.now() - since) / 1_000;
  },
  pause: ({ clients }: { clients: number[] }): void => {
    for (const index of clients) fleet.clients[index]?.pause();
  },
  /** Writes as many of these frames as the network takes until the server hangs up, or for `ms`; how many there were. */
  flood: async ({ client, count, kind, ms }: { client: number; kind: 'pings' | 'ops'; count: number; ms: number }) => {
    const flooding = fleet.clients[client];
    const frame =
      kind === 'pings' ? clientControlFrame(9, Buffer.of(1)) : clientTextFrame(Buffer.from('{"id":1,"op":"ping"}'));
    const end = performance.now() + ms;
    let sent = 0;
    if (!flooding) return 0;
    while (!flooding.hasEnded() && sent < count && performance.now() < end) {
      for (let turn = 0; turn < 1_000 && sent < count; turn += 1, sent += 1) flooding.send(frame);
      do await new Promise((resolve) => setImmediate(resolve));
      while (!flooding.hasEnded() && flooding.untaken > 65_536 && performance.now() < end);
    }
    return sent;
  },
  /** Waits for the server to send everybody away, and for all to be back when each was told. */
  comeBack: ({ members }: { members: Member[] }) => comeBack(fleet, members),
  closeCodes: (): number[] => [...fleet.closeCodes],
  end: (): void => {
    fleet.end();
    fleet = new Fleet(url, text);
  },
};

export type Commands = typeof commands;

process.on('message', (message: { call: keyof Commands; with: never } | 'stop') => {
  if (message === 'stop') process.exit(0);
  void Promise.resolve()
    .then((): unknown => commands[message.call](message.with))
    .then(
      (result) => process.send?.({ result }),
      (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
    );
});
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
