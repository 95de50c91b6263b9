import { readFileSync, rmSync } from 'node:fs';
import { atomicWrite } from './atomic-write.ts';
import { projectPaths } from './paths.ts';
import { processIdentity } from './process-identity.ts';
import type { ServerState } from './server-state.ts';

const isOurs = (path: string): boolean => {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { pid?: unknown }).pid === process.pid;
  } catch {
    return false;
  }
};

/**
 * Says that this process is the server of the folder. Taken back by the function that is returned, and at the end of the
 * process in whatever way but kill -9; then the file names a process that is dead, which is as good.
 */
export const writeServerState = (dir: string, facts: Omit<ServerState, 'pid' | 'identity'>): (() => void) => {
  const path = projectPaths(dir).server;
  const state: ServerState = { pid: process.pid, identity: processIdentity(process.pid) ?? '', ...facts };
  atomicWrite(path, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  const takeBack = (): void => {
    process.off('exit', takeBack);
    if (isOurs(path)) rmSync(path, { force: true });
  };
  process.on('exit', takeBack);
  return takeBack;
};
