import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { bin } from '../setup/paths.js';
import { run } from '../setup/run.js';
import { endLeftovers } from './leftovers.js';
import { tallyVariable } from './reporter.js';

const reporter = fileURLToPath(new URL('reporter.js', import.meta.url));

/**
 * Runs the tests in a temporary folder of their own and says what came of them. A process that outlives them is a failure.
 * @param {readonly string[]} args for vitest
 * @param {{ quiet?: boolean, graceMs?: number }} [options]
 * @returns {Promise<import('./tally.js').Tally>}
 */
export async function runVitest(args, { quiet = false, graceMs = 10_000 } = {}) {
  const folder = realpathSync(mkdtempSync(`${tmpdir()}/mx-`));
  // Its name is short, as sockets have short paths. PostgreSQL, which does not run as root, has its folders below.
  chmodSync(folder, 0o711);
  try {
    const flags = ['--reporter=default', `--reporter=${reporter}`, '--allowOnly=false'];
    if (!process.stdout.isTTY) flags.push('--no-color');
    const { ok } = await run(bin('vitest'), ['run', ...flags, ...args], {
      quiet,
      env: { TMPDIR: folder, [tallyVariable]: `${folder}/tally.json` },
    });
    const tally = read(`${folder}/tally.json`);
    if (!ok && tally.failed.length === 0) tally.failed.push('vitest ended without success; why is said above');
    tally.failed.push(
      ...(await endLeftovers(folder, graceMs)).map((process) => `left behind by the tests: ${process}`),
    );
    return tally;
  } finally {
    // After an interruption too.
    await endLeftovers(folder, graceMs);
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} file
 * @returns {import('./tally.js').Tally}
 */
function read(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failed: [], skipped: [] };
}
