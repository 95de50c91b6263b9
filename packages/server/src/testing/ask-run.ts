import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** The environment variable that tells the processes of a test run in which folder to ask for what they share. */
export const RUN_VARIABLE = 'MESSOX_TEST_RUN';

/** What the tests of a run share: each starts when the first test asks for it. */
export type Shared = 'postgres' | 'rabbitmq';

export const socketOf = (folder: string, what: Shared): string => join(folder, `${what}.sock`);

/** Asks the run (see `global-setup.ts`) for the address of something shared. @throws Error when it did not start */
export async function askRun<Address>(what: Shared): Promise<Address> {
  const folder = process.env[RUN_VARIABLE];
  if (folder === undefined)
    throw new Error(
      `There is no ${what} for tests: name packages/server/src/testing/global-setup.ts in globalSetup of vitest.config.ts.`,
    );
  const answer = JSON.parse(await text(connect(socketOf(folder, what)))) as { address: Address } | { error: string };
  if ('error' in answer) throw new Error(`The ${what} for tests did not start: ${answer.error}`);
  return answer.address;
}
