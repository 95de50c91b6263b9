import { renewEpoch } from '@messox/server';
import { refuseRunning, withAddress } from '../../../archive/database-address.ts';
import { exit } from '../../../errors/exit.ts';
import type { Run } from '../../../framework/spec.ts';
import { loadSettings } from '../../../project/settings.ts';
import type { spec } from './spec.ts';

export const run: Run<typeof spec> = async (context) => {
  const { flags, output } = context;
  const { mode } = loadSettings(flags.dir);
  refuseRunning(flags.dir, 'It reads the name of its database when it starts.');
  const epoch = await withAddress(context, mode, { command: 'database new-epoch' }, renewEpoch);
  output.result(
    { epoch },
    (style) => `${style.green(style.signs.ok)} The database has a new epoch; every device starts over`,
  );
  return exit.done;
};
