import { exit } from '../../../errors/exit.ts';
import type { Run } from '../../../framework/spec.ts';
import { readServerState } from '../../../project/server-state.ts';
import { readValues, selectSetting } from '../../../project/setting-values.ts';
import { openKnown } from '../open-known.ts';
import { asItHolds } from '../takes-hold.ts';
import type { spec } from './spec.ts';

export const run: Run<typeof spec> = async ({ flags, output }, { key }) => {
  const { all, file, settings } = await openKnown(flags.dir, key);
  const setting = selectSetting(key, all);
  const running = readServerState(flags.dir);
  for (const value of readValues([setting], file, settings)) {
    const { set, default: fallback, effective } = asItHolds(value, running);
    output.result({ key, set: set ?? null, default: fallback ?? null, effective: effective ?? null }, () =>
      typeof effective === 'string' ? effective : JSON.stringify(effective ?? null),
    );
  }
  return exit.done;
};
