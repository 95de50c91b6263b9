import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** The environment variable that tells the processes of a test run in which folder to ask for what they share. */
export const RUN_VARIABLE = 'MESSOX_TEST_RUN';

/** What the tests of a run share: each starts when the first test asks for it. */
export type Shared = 'postgres' | 'rabbitmq';

export const socketOf = (folder: string, what: Shared): string => join(folder, `${what}.sock`);

/** The folder of what the tests of this run share, which ends with the run. @throws Error when there is none */
export const runFolder = (): string => {
  const folder = process.env[RUN_VARIABLE];
  if (folder !== undefined) return folder;
  throw new Error(
    'The tests share nothing: name packages/server/src/testing/global-setup.ts in globalSetup of vitest.config.ts.',
  );
};

/** Asks the run (see `global-setup.ts`) for the address of something shared. @throws Error when it did not start */
export async function askRun<Address>(what: Shared): Promise<Address> {
  const answer = JSON.parse(await text(connect(socketOf(runFolder(), what)))) as
    { address: Address } | { error: string };
  if ('error' in answer) throw new Error(`The ${what} for tests did not start: ${answer.error}`);
  return answer.address;
}
