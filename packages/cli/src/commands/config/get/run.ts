import { exit } from '../../../errors/exit.ts';
import type { Run } from '../../../framework/spec.ts';
import { readValues, selectSetting } from '../../../project/setting-values.ts';
import { openSettings } from '../../../project/settings.ts';
import type { spec } from './spec.ts';

export const run: Run<typeof spec> = async ({ flags, output }, { key }) => {
  const setting = selectSetting(key);
  const { file, settings } = openSettings(flags.dir);
  for (const { set, default: fallback, effective } of readValues([setting], file, settings))
    output.result({ key, set: set ?? null, default: fallback ?? null, effective: effective ?? null }, () =>
      typeof effective === 'string' ? effective : JSON.stringify(effective ?? null),
    );
  return exit.done;
};
