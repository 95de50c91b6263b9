import { build } from '../setup/build.js';
import { bin } from '../setup/paths.js';
import { run } from '../setup/run.js';
import { Stop } from '../setup/stop.js';

/**
 * What is checked without running the program. `cached` is for the quick loop: the linter's cache knows that a file changed, but not
 * that a type which it uses did.
 * @param {{ cached: boolean }} options
 * @returns {Promise<import('./tally.js').Tally>}
 */
export async function staticChecks({ cached }) {
  const cache = cached ? ['--cache', '--cache-strategy', 'content', '--cache-location'] : [];
  const at = (/** @type {string} */ name) => (cached ? [...cache, `node_modules/.cache/${name}`] : []);
  // The others read what the compiler makes.
  const types = await check('types', typesAreRight);
  const others = await Promise.all([
    check('format', () =>
      run(bin('prettier'), ['--check', '--log-level=warn', ...at('prettier'), '.'], { quiet: true }),
    ),
    check('lint', () => run(bin('eslint'), ['--max-warnings=0', ...at('eslint'), '.'], { quiet: true })),
    check('unused code and dependencies', () => run(bin('knip'), ['--no-progress'], { quiet: true })),
  ]);
  const all = [types, ...others];
  const failed = all.filter(({ ok }) => !ok).map(({ name }) => name);
  return { passed: all.length - failed.length, failed, skipped: [] };
}

/**
 * @param {string} name
 * @param {() => Promise<{ ok: boolean, output: string }>} work
 */
async function check(name, work) {
  const begin = performance.now();
  const { ok, output } = await work();
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`${ok ? '✓' : '✗'} ${name} (${seconds} s)`);
  if (!ok) console.log(output);
  return { name, ok };
}

async function typesAreRight() {
  try {
    await build();
    return { ok: true, output: '' };
  } catch (error) {
    if (error instanceof Stop && error.message) return { ok: false, output: error.message };
    throw error;
  }
}
