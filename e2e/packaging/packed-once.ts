import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runFolder } from '@messox/server/testing';
import { packAll } from './pack.ts';

/**
 * The tarballs of every published package, which stay as they are until the run ends. Who asks first packs them, for pnpm takes
 * longest of all that a test of them does; whoever asks meanwhile waits.
 */
export async function packedOnce(): Promise<string[]> {
  const folder = path.join(runFolder(), 'tarballs');
  const done = `${folder}.done`;
  while (!existsSync(done))
    if (isFirst(folder))
      try {
        await packAll(folder);
        writeFileSync(done, '');
      } catch (error) {
        rmSync(folder, { recursive: true, force: true });
        throw error;
      }
    else await delay(100);
  return readdirSync(folder).map((name) => path.join(folder, name));
}

/** Whether the folder is made now, by this process. */
function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
