import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** The clone's root folder, with a slash at its end; this file also runs from the sources only. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Packs every published package of the clone as a release does, and leaves the tarballs in the folder. */
export async function packAll(folder: string, clone = root): Promise<void> {
  const { packageManager } = JSON.parse(readFileSync(`${clone}package.json`, 'utf8')) as { packageManager: string };
  const pack = ['--filter', './packages/*', 'pack', '--pack-destination', folder];
  await execa('npx', ['--yes', packageManager, ...pack], { cwd: clone, stdin: 'ignore' });
}
