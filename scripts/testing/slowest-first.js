import { relative } from 'node:path';
import { BaseSequencer } from 'vitest/node';
import { root } from '../setup/paths.js';

/** The files that take longest, above all by waiting: begun last, one of them would hold up the end of a run alone. */
export const slowest = [
  'packages/server/src/adapters/jobs-rabbitmq-faults.test.ts',
  'e2e/packaging/install.test.ts',
  'e2e/faults/faults.test.ts',
  'packages/cli/src/commands/verify/verify.test.ts',
  'packages/server/src/adapters/jobs-rabbitmq.test.ts',
  'packages/cli/src/commands/chat/chat.test.ts',
  'packages/cli/src/commands/up/foreground.test.ts',
  'packages/cli/src/commands/user/user.test.ts',
  'packages/cli/src/commands/up/background.test.ts',
  'e2e/faults/sabotage/sabotage.test.ts',
  'packages/server/src/adapters/bus-rabbitmq/alarms.test.ts',
  'packages/server/src/testing/rabbitmq.test.ts',
  'packages/server/src/embedded-postgres/leftover.test.ts',
  'e2e/model/timeline.test.ts',
];

/** For vitest: these files first, then the others in its own order. */
export class SlowestFirst extends BaseSequencer {
  /**
   * @override
   * @param {import('vitest/node').TestSpecification[]} files
   */
  async sort(files) {
    const sorted = await super.sort(files);
    const place = (/** @type {import('vitest/node').TestSpecification} */ { moduleId }) => {
      const at = slowest.indexOf(relative(root, moduleId));
      return at === -1 ? slowest.length : at;
    };
    return sorted.sort((a, b) => place(a) - place(b));
  }
}
