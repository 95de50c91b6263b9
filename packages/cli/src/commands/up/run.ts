import { preflight } from '../../doctor/preflight.ts';
import type { Run } from '../../framework/spec.ts';
import { refuseSecond } from '../../server-process/refuse-second.ts';
import { upDetached } from './detached.ts';
import { ensureProject } from './ensure-project.ts';
import { upHere } from './here.ts';
import type { spec } from './spec.ts';

export const run: Run<typeof spec> = async (context, _, { detach, host, port, waitTimeout }) => {
  const { dir } = context.flags;
  const given = { ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) };
  const overrides = await ensureProject(context, given);
  refuseSecond(dir);
  await preflight(context, { dir, given: { ...overrides, detach } });
  return detach ? upDetached(context, overrides, waitTimeout) : upHere(context, overrides);
};
