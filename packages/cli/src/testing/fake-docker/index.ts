import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { vi } from 'vitest';
import { listenForTest } from '../listen.ts';
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
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
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
  const port = await listenForTest(server);
  const folder = await emptyFolder('docker');
  writeFileSync(join(folder, 'docker'), clientScript(port));
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
