import { build } from '../setup/build.js';
import { bin } from '../setup/paths.js';
import { run } from '../setup/run.js';
import { Stop } from '../setup/stop.js';
import { runVitest } from './run-vitest.js';
import { sum } from './tally.js';

/**
 * Checks the clone without running the program, and runs the tests beside that: while they wait for something, the checks, which give
 * way to them, use the processor. `cached` is for the quick loop: the linter's cache knows that a file changed, but not that a type
 * which it uses did.
 * @param {{ cached: boolean, vitestArgs: readonly string[] }} options
 * @returns {Promise<import('./tally.js').Tally>}
 */
export async function checkAndTest({ cached, vitestArgs }) {
  const cache = cached ? ['--cache', '--cache-strategy', 'content', '--cache-location'] : [];
  const at = (/** @type {string} */ name) => (cached ? [...cache, `node_modules/.cache/${name}`] : []);
  // All others read what the compiler makes.
  const first = await Promise.all([
    check('types', typesAreRight),
    check('format', () => tool('prettier', ['--check', '--log-level=warn', ...at('prettier'), '.'])),
  ]);
  first.forEach(show);
  const [tests, ...others] = await Promise.all([
    runVitest(vitestArgs),
    check('lint', () => tool('eslint', ['--max-warnings=0', ...at('eslint'), '.'])),
    check('unused code and dependencies', () => tool('knip', ['--no-progress'])),
  ]);
  others.forEach(show);
  const all = [...first, ...others];
  const failed = all.filter(({ ok }) => !ok).map(({ name }) => name);
  return sum([{ passed: all.length - failed.length, failed, skipped: [] }, tests]);
}

/** How far a check gives way to the tests, as for nice(1). */
const nice = 10;

/**
 * @param {string} name
 * @param {readonly string[]} args
 */
const tool = (name, args) => run(bin(name), args, { quiet: true, nice });

/**
 * @param {string} name
 * @param {() => Promise<{ ok: boolean, output: string }>} work
 */
async function check(name, work) {
  const begin = performance.now();
  const { ok, output } = await work();
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  return { name, ok, output, seconds };
}

/** @param {{ name: string, ok: boolean, output: string, seconds: string }} checked */
function show({ name, ok, output, seconds }) {
  console.log(`${ok ? '✓' : '✗'} ${name} (${seconds} s)`);
  if (!ok) console.log(output);
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
