import { preflight } from '../../doctor/preflight.ts';
import { CliError } from '../../errors/cli-error.ts';
import type { Run } from '../../framework/spec.ts';
import { isCompose } from '../../project/is-compose.ts';
import { refuseSecond } from '../../server-process/refuse-second.ts';
import { upDetached } from './detached.ts';
import { ensureProject } from './ensure-project.ts';
import { upHere } from './here.ts';
import type { spec } from './spec.ts';

/** How long a start may take, in seconds: of one process, and of containers. */
const [defaultWait, composeWait] = [60, 180];

/** nginx listens, where the settings say. */
const refuseListening = ({
  host,
  port,
}: {
  readonly host: string | undefined;
  readonly port: number | undefined;
}): void => {
  if (host === undefined && port === undefined) return;
  throw new CliError('invalid_usage', '--host and --port are not for a server that Docker runs', {
    fixes: ['`messox config set deploy.ports.https 8443`', '`messox config set deploy.bind 127.0.0.1`'],
  });
};

export const run: Run<typeof spec> = async (context, _, { detach, host, port, waitTimeout }) => {
  const { dir } = context.flags;
  if (isCompose(dir)) {
    refuseListening({ host, port });
    const { upCompose } = await import('./compose.ts');
    return upCompose(context, { detach, waitMs: (waitTimeout ?? composeWait) * 1_000 });
  }
  const given = { ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) };
  const overrides = await ensureProject(context, given);
  refuseSecond(dir);
  await preflight(context, { dir, given: { ...overrides, detach } });
  return detach ? upDetached(context, overrides, waitTimeout ?? defaultWait) : upHere(context, overrides);
};
