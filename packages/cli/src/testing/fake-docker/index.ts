import { chmodSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { emptyFolder } from '../messox.ts';
import { answer } from './answer.ts';
import { readCall } from './call.ts';
import { clientScript, readWords } from './client.ts';
import { emptyState, type FakeState } from './state.ts';

/** A `docker` with an engine of its own. */
export interface FakeDocker {
  /** For programs that shall find it. */
  readonly env: { readonly PATH: string };
  /** How it is; a test may change it, and say what goes wrong from now on. */
  readonly state: FakeState;
  /** What it was asked for so far, without the options of compose itself: `compose up --detach postgres`. */
  readonly calls: readonly string[];
  /** Waits for a call that has this in its words. */
  readonly called: (words: string) => Promise<void>;
  /** Lets a container, `api-1`, say something. */
  readonly log: (container: string, text: string) => void;
}

/** Makes one on which nothing runs yet. It goes with the test. */
export const fakeDocker = async (): Promise<FakeDocker> => {
  const state = emptyState();
  const calls: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => socket.destroy());
    let bytes = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      const argv = readWords(bytes);
      if (!argv) return;
      socket.off('data', onData);
      calls.push(readCall(state, socket, argv).words.join(' '));
      void answer(state, socket, argv);
    };
    socket.on('data', onData);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const folder = await emptyFolder('docker');
  writeFileSync(join(folder, 'docker'), clientScript((server.address() as AddressInfo).port));
  chmodSync(join(folder, 'docker'), 0o755);
  return {
    env: { PATH: `${folder}:${process.env.PATH ?? ''}` },
    state,
    calls,
    called: async (words) => {
      await vi.waitUntil(() => calls.some((call) => call.includes(words)), { timeout: 30_000, interval: 20 });
    },
    log: (container, text) => {
      const time = new Date().toISOString().replace('Z', '000000Z');
      state.log = [...state.log, `${container}  | ${time} ${text}`];
    },
  };
};
