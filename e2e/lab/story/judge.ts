import { checkHistory } from '@messox/client/checker';
import type { World } from '../../faults/clients/people.ts';
import { converge } from '../../faults/converge.ts';
import { readFinals } from '../../faults/history/read-finals.ts';
import type { Recorder } from '../../faults/history/recorder.ts';
import { check } from './check.ts';

const patienceMs = 120_000;

/** @throws Error when somebody does not have everything after two minutes */
export const everybodyHasEverything = async (world: World, when: string): Promise<void> =>
  check((await converge(world, patienceMs)) !== undefined, `Not everybody has everything after ${when}`);

/** Holds what everybody saw, from their registration on, against what the server promises. @throws Error with what is broken */
export const judge = async (reader: string, world: World, recorder: Recorder): Promise<void> => {
  await everybodyHasEverything(world, 'the restart');
  recorder.close();
  await Promise.all(world.devices.map((device) => device.disconnect()));
  await readFinals(reader, world, recorder);
  const violations = checkHistory(recorder.records);
  check(violations.length === 0, `Broken: ${JSON.stringify(violations.slice(0, 3)).slice(0, 2_000)}`);
};
