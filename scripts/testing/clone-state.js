import { run } from '../setup/run.js';

/**
 * What git sees in the clone that is not committed, a line each; nothing where this is no clone.
 * @returns {Promise<string[]>}
 */
export async function uncommitted() {
  const { ok, output } = await run('git', ['status', '--porcelain'], { quiet: true });
  return ok ? output.split('\n').filter((line) => line !== '') : [];
}
