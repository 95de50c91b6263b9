import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { copyAssets } from './copy-assets.js';
import { filesIn } from './files.js';
import { bin, cache, root } from './paths.js';
import { run } from './run.js';
import { Stop } from './stop.js';

const packages = readdirSync(`${root}packages`).map((name) => `packages/${name}`);

/** What `messox` itself runs on. */
const app = { folders: packages, projects: ['packages/cli/tsconfig.src.json'], stamp: `${cache}built-app` };
/** The tests and tools too. */
const all = { folders: [...packages, 'e2e', 'bench', 'scripts'], projects: [], stamp: `${cache}built-all` };

/**
 * Compiles what changed. When nothing did, this costs a walk over the files and not the start of the compiler.
 * @param {'app' | 'all'} what
 * @throws {Stop} with what the compiler said
 */
export async function build(what = 'all') {
  const target = what === 'app' ? app : all;
  if (isBuilt(target)) return;

  const states = [app, all].map(({ folders, stamp }) => ({ stamp, state: fingerprint(folders) }));
  for (const { stamp } of states) rmSync(stamp, { force: true });
  console.log('Building …');
  const { ok, output } = await run(bin('tsc'), ['-b', ...target.projects], { quiet: true });
  for (const folder of packages) copyAssets(`${root}${folder}/`);
  if (!ok) throw new Stop(`${output}\nThe build failed.`);

  mkdirSync(cache, { recursive: true });
  for (const { stamp, state } of states) if (what === 'all' || stamp === app.stamp) writeFileSync(stamp, state);
}

/** @param {typeof app} target */
function isBuilt({ folders, stamp }) {
  if (!existsSync(stamp) || !folders.every((folder) => existsSync(`${root}${folder}/dist/.tsbuildinfo`))) return false;
  return readFileSync(stamp, 'utf8') === fingerprint(folders);
}

/**
 * Changes when a source does, by its name, size or time.
 * @param {readonly string[]} folders
 */
function fingerprint(folders) {
  const hash = createHash('sha256');
  const files = folders.flatMap((folder) => filesIn(`${root}${folder}/`).map((path) => `${folder}/${path}`));
  for (const path of [...files, 'tsconfig.json', 'tsconfig.base.json', 'pnpm-lock.yaml']) {
    const stat = statSync(root + path, { throwIfNoEntry: false });
    hash.update(`${path} ${stat?.size} ${stat?.mtimeMs}\n`);
  }
  return hash.digest('hex');
}
