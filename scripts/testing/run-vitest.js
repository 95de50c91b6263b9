import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { bin } from '../setup/paths.js';
import { run } from '../setup/run.js';
import { endLeftovers } from './leftovers.js';
import { report } from './reporter.js';

const reporter = fileURLToPath(new URL('reporter.js', import.meta.url));

/**
 * Runs the tests in a temporary folder of their own and says what came of them. A process that outlives them is a failure.
 * @param {readonly string[]} args for vitest
 * @returns {Promise<import('./tally.js').Tally>}
 */
export async function runVitest(args) {
  rmSync(report, { force: true });
  const folder = realpathSync(mkdtempSync(`${tmpdir()}/messox-`));
  // PostgreSQL, which does not run as root, has its folders below.
  chmodSync(folder, 0o711);
  try {
    const reporters = ['--reporter=default', `--reporter=${reporter}`];
    const { ok } = await run(bin('vitest'), ['run', ...reporters, '--allowOnly=false', ...args], {
      env: { TMPDIR: folder },
    });
    const tally = readReport();
    if (!ok && tally.failed.length === 0) tally.failed.push('vitest ended without success; why is said above');
    tally.failed.push(...(await endLeftovers(folder)).map((process) => `left behind by the tests: ${process}`));
    return tally;
  } finally {
    // After an interruption too.
    await endLeftovers(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns {import('./tally.js').Tally} */
function readReport() {
  return existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { passed: 0, failed: [], skipped: [] };
}
