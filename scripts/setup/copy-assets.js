import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { filesIn } from './files.js';

/** What only tests read stays out of the build. */
const forTests = /(^|\/)(fixtures|test|testing|__snapshots__)\//;

/** What a build writes into dist, with what it makes of a source's name. */
const compiled = /\.(js|js\.map|d\.ts|d\.ts\.map)$/;

/**
 * Makes a package's dist a true image of its src, where the compiler alone would not: copies what is not TypeScript
 * (migrations, pages) and removes what has lost its source. A migration that was renamed must not run under both names.
 * @param {string} folder the package, with a slash at its end
 */
export function copyAssets(folder) {
  if (!existsSync(`${folder}dist`)) return;
  const sources = filesIn(`${folder}src/`);
  const assets = sources.filter((path) => !path.endsWith('.ts') && !forTests.test(path));
  for (const path of assets) copyIfChanged(`${folder}src/${path}`, `${folder}dist/${path}`);

  const kept = new Set(assets);
  const programs = new Set(sources.filter((path) => path.endsWith('.ts')).map((path) => path.slice(0, -'.ts'.length)));
  for (const path of filesIn(`${folder}dist/`)) {
    const isOurs = compiled.test(path) || path.endsWith('.sql');
    if (isOurs && !kept.has(path) && !programs.has(path.replace(compiled, '')))
      rmSync(`${folder}dist/${path}`, { force: true });
  }
}

/**
 * @param {string} from
 * @param {string} to
 */
function copyIfChanged(from, to) {
  if (existsSync(to) && readFileSync(to).equals(readFileSync(from))) return;
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}
