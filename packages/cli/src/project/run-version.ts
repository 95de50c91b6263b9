import { z } from 'zod';
import { atomicWrite } from './atomic-write.ts';
import { projectPaths } from './paths.ts';
import { readIfThere } from './read-if-there.ts';

const schema = z.object({ version: z.string() });

/** The version of messox that ran the server of the folder last; undefined where none has said so. */
export const readRunVersion = (dir: string): string | undefined => {
  const source = readIfThere(projectPaths(dir).version)?.toString('utf8');
  try {
    return source === undefined ? undefined : schema.parse(JSON.parse(source)).version;
  } catch {
    return undefined;
  }
};

/** Says that this version has made the database its own. */
export const writeRunVersion = (dir: string, version: string): void => {
  if (readRunVersion(dir) !== version)
    atomicWrite(projectPaths(dir).version, `${JSON.stringify({ version })}\n`, { mode: 0o600 });
};
