import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from '../setup/paths.js';

/** The environment variable that names the file for the tally. */
export const tallyVariable = 'MESSOX_TEST_TALLY';

const reasons = {
  run: 'no reason given',
  only: 'no reason given',
  skip: 'not possible on this machine',
  todo: 'not written yet',
};

/**
 * A reporter for vitest that leaves a `Tally` in a file: its own JSON report has no reasons for what was skipped.
 */
export default class TallyReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly import('vitest/node').SerializedError[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    /** @type {import('./tally.js').Tally} */
    const tally = { passed: 0, failed: [], skipped: [] };
    for (const module of modules) {
      const file = relative(root, module.moduleId);
      // A file or group that broke before its tests could run has errors of its own and no failed test.
      const groups = [module, ...module.children.allSuites()].filter((group) => group.errors().length > 0);
      tally.failed.push(...groups.map((group) => ('fullName' in group ? `${file} > ${group.fullName}` : file)));
      for (const test of module.children.allTests()) {
        const name = `${file} > ${test.fullName}`;
        const result = test.result();
        if (result.state === 'passed') tally.passed += 1;
        else if (result.state === 'skipped')
          tally.skipped.push(`${name}: ${result.note ?? reasons[test.options.mode]}`);
        else tally.failed.push(name);
      }
    }
    tally.failed.push(...unhandledErrors.map((error) => `outside of any test: ${error.message}`));
    writeFileSync(process.env[tallyVariable] ?? 'tally.json', JSON.stringify(tally));
  }
}
