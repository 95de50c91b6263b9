import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { projectPaths } from './paths.ts';
import { processIdentity } from './process-identity.ts';

const serverStateSchema = z.object({
  pid: z.int().positive(),
  /** Tells the process from a later one with the same pid. */
  identity: z.string(),
  startedAt: z.iso.datetime(),
  url: z.string(),
  host: z.string(),
  port: z.int(),
  version: z.string(),
  /** Started with `up -d`; else it runs in somebody's terminal, or under a service manager. */
  detached: z.boolean(),
  /** What the command line of its start said instead of the settings. */
  options: z.object({ host: z.string().optional(), port: z.int().optional() }),
});

/** What a running server's `.messox/server.json` says. */
export type ServerState = z.infer<typeof serverStateSchema>;

const parse = (source: string): ServerState | undefined => {
  try {
    return serverStateSchema.safeParse(JSON.parse(source)).data;
  } catch {
    return undefined;
  }
};

/** The server that runs in the folder; undefined when there is none, or the one that was there is dead. */
export const readServerState = (dir: string): ServerState | undefined => {
  let source: string;
  try {
    source = readFileSync(projectPaths(dir).server, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const state = parse(source);
  return state && processIdentity(state.pid) === state.identity ? state : undefined;
};
