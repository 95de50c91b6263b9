/**
 * What came of a run.
 * @typedef {object} Tally
 * @property {number} passed
 * @property {string[]} failed a line each: what, and where it helps, why
 * @property {string[]} skipped a line each: what was not tested, and why
 */

/**
 * The sum of several runs.
 * @param {readonly Tally[]} tallies
 * @returns {Tally}
 */
export function sum(tallies) {
  return {
    passed: tallies.reduce((total, { passed }) => total + passed, 0),
    failed: tallies.flatMap(({ failed }) => failed),
    skipped: tallies.flatMap(({ skipped }) => skipped),
  };
}

/**
 * The end of a run as text for people; its last line is `N passed, N failed, N skipped`.
 * @param {Tally} tally
 * @param {{ everySkipFails: boolean }} options
 */
export function summary({ passed, failed, skipped }, { everySkipFails }) {
  const lines = [''];
  if (skipped.length > 0)
    lines.push(everySkipFails ? 'Not tested, which is a failure here:' : 'Not tested:', ...items(skipped), '');
  if (failed.length > 0) lines.push('Failed:', ...items(failed), '');
  return [...lines, `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`].join('\n');
}

/** @param {readonly string[]} lines */
const items = (lines) => lines.map((line) => `- ${line.replaceAll('\n', '\n  ')}`);

/**
 * Whether a run is good: something was tested, nothing failed and, where that is asked for, nothing was left out.
 * @param {Tally} tally
 * @param {{ everySkipFails: boolean }} options
 */
export function isGood({ passed, failed, skipped }, { everySkipFails }) {
  return passed > 0 && failed.length === 0 && !(everySkipFails && skipped.length > 0);
}
