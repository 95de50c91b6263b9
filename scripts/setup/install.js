import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { manifest } from './manifest.js';
import { cache, root } from './paths.js';
import { run } from './run.js';
import { Stop } from './stop.js';

const stamp = `${cache}installed`;

/** Brings the dependencies that the lock file names, unless exactly these were installed here before. */
export async function install() {
  const wanted = digest();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  rmSync(stamp, { force: true });

  const { packageManager } = manifest();
  console.log(`Installing the dependencies with ${packageManager} …`);
  const { ok, output, seconds } = await run(
    'npx',
    // Without a terminal pnpm would ask for leave to replace a node_modules that another package manager made.
    ['--yes', packageManager, 'install', '--frozen-lockfile', '--config.confirmModulesPurge=false'],
    { quiet: !process.stdout.isTTY },
  );
  if (!ok)
    throw new Stop(
      `${output}\nThe dependencies could not be installed; the first start needs the network. Why is said above.`,
    );
  console.log(`Installed in ${seconds.toFixed(0)} s.`);

  mkdirSync(cache, { recursive: true });
  writeFileSync(stamp, wanted);
}

/** The platform is part of it because some packages bring a binary for one platform only. */
function digest() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc']) hash.update(readFileSync(root + file));
  return hash.digest('hex');
}
