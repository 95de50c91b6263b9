import { closeCodes, events, type ops, type TimelineEntry } from '@messox/protocol';
import type { WebSocket } from 'ws';

const eventContracts = Object.values(events);

/** One socket of a scripted server: says what the contract allows, when the test tells it to. */
export class ScriptedSession {
  readonly socket: WebSocket;
  userId: number | undefined;
  /** Entries that are appended go out at once; a test that hands them out itself says false. */
  live = false;

  constructor(socket: WebSocket) {
    this.socket = socket;
  }

  event(name: string, data: unknown): void {
    eventContracts.find((contract) => contract.name === name)?.data.parse(data);
    this.socket.send(JSON.stringify({ event: name, data }));
  }

  entry(entry: TimelineEntry): void {
    this.event(events.timelineEntryEvent.name, entry);
  }

  ready(): void {
    this.event(events.ready.name, {});
  }

  reply({ id }: ops.Request, data: unknown): void {
    this.socket.send(JSON.stringify({ id, ok: true, data }));
  }

  refuse({ id }: ops.Request, code: string, details?: Record<string, unknown>): void {
    this.socket.send(JSON.stringify({ id, ok: false, error: { code, message: code, details } }));
  }

  close(reason: keyof typeof closeCodes): void {
    this.socket.close(closeCodes[reason].code, reason);
  }

  /** Without a word: the client sees 1006. */
  cut(): void {
    this.socket.terminate();
  }
}
