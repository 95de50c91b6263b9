import { onTestFinished } from 'vitest';
import type { ServerState } from '../project/server-state.ts';
import { writeServerState } from '../project/write-server-state.ts';
import { projectPaths } from '../project/paths.ts';
import { mkdirSync } from 'node:fs';

/** Lets this process pass for the server of the folder, until the end of the test. */
export const passForServer = (dir: string, facts: Partial<ServerState> = {}): void => {
  mkdirSync(projectPaths(dir).state, { recursive: true });
  const takeBack = writeServerState(dir, {
    startedAt: new Date().toISOString(),
    url: 'http://127.0.0.1:8080',
    host: '127.0.0.1',
    port: 8080,
    version: '0.0.0',
    detached: true,
    options: {},
    ...facts,
  });
  onTestFinished(takeBack);
};
