import { CliError } from '../../errors/cli-error.ts';
import { isNewer } from '../../archive/is-newer.ts';
import { exit, type ExitCode } from '../../errors/exit.ts';
import type { Context } from '../../framework/context.ts';
import { applyStaged } from '../../docker/apply-staged.ts';
import type { Compose } from '../../docker/compose.ts';
import { checkConnections, connectionsNow, refuseMore } from '../../docker/connections.ts';
import { type Container, listContainers } from '../../docker/containers.ts';
import { requireEngine } from '../../docker/engine.ts';
import { migrateStack } from '../../docker/migrate-stack.ts';
import { outdatedServices } from '../../docker/outdated.ts';
import { removeIll } from '../../docker/remove-containers.ts';
import { replaceReplicas } from '../../docker/replace-replicas.ts';
import { runningVersion } from '../../docker/server-version.ts';
import { runningServices, serverServices } from '../../docker/services.ts';
import { notRunning, openStack } from '../../docker/stack.ts';
import { dataServices, startNginx } from '../../docker/start-stack.ts';
import { refuseStoredMajor } from '../../docker/stored-major.ts';
import { preflight } from '../../doctor/preflight.ts';
import { readManifest } from '../../generated/manifest.ts';
import { planUnattended } from '../../generated/render-project.ts';
import { otherVersion } from '../../output/command-line.ts';
import { withLock } from '../../project/lock.ts';
import { settleUpgrade } from '../../upgrade/record.ts';
import { cliVersion } from '../../version.ts';

/**
 * Another version has notes, a backup before it and a way back: that is an upgrade. Where no process of the server runs, the
 * version counts that has made the files.
 *
 * @throws CliError version_differs
 */
const refuseOtherVersion = ({ env, flags }: Context, containers: readonly Container[]): void => {
  const { dir } = flags;
  const [from, to] = [runningVersion(containers) ?? readManifest(dir).files['compose.yaml']?.version, cliVersion()];
  if (from === undefined || from === to) return;
  throw new CliError('version_differs', `The server is of messox ${from}, and this command of ${to}`, {
    detail: 'A restart stays with the version that runs.',
    fixes: [
      ...(isNewer(to, from) ? ['`messox upgrade` (goes to the version of this command)'] : []),
      otherVersion({ dir, env }, from, 'restart'),
    ],
  });
};

/** @throws CliError not_running, where there is nothing to be replaced, or what all processes need does not run */
const refuseNotRunning = (containers: readonly Container[]): void => {
  const running = runningServices(containers);
  if (running.size === 0) throw notRunning();
  const lacking = dataServices.filter((service) => !running.has(service));
  if (lacking.length > 0)
    throw new CliError('not_running', `A restart needs ${lacking.join(' and ')}, which does not run`, {
      fixes: ['`messox up -d` (starts what does not run)'],
    });
};

/** Database and broker go on: nobody could be answered while one of them starts anew. */
const tellOfOldData = async ({ output }: Context, compose: Compose): Promise<void> => {
  const outdated = await outdatedServices(compose, dataServices);
  const names = dataServices.filter((service) => outdated.has(service));
  if (names.length > 0)
    output.warn(
      `${names.join(' and ')}: described otherwise by now; \`messox up -d\` starts ${names.length > 1 ? 'them' : 'it'} anew, and nobody is answered meanwhile`,
    );
};

/**
 * Replaces the processes of the server one kind after the other, while it goes on, and then nginx where it is not as the files
 * say. Their files are tried first, and what a module of one's own adds to the database is added.
 */
export const restartCompose = async (context: Context, waitMs: number): Promise<ExitCode> => {
  const { flags, output, signal } = context;
  const { dir } = flags;
  const stack = openStack(dir);
  const { compose, settings } = stack;
  await requireEngine();
  const requireRunning = async (): Promise<void> => {
    const containers = await listContainers(compose.project);
    refuseNotRunning(containers);
    refuseOtherVersion(context, containers);
  };
  await requireRunning();
  await preflight(context, { dir });
  return withLock(dir, 'restart', async () => {
    await requireRunning();
    const begin = performance.now();
    const { needed } = checkConnections(dir, settings);
    refuseMore(needed, await connectionsNow(dir), '`messox up -d`');
    await refuseStoredMajor(stack);
    await applyStaged(context, compose, planUnattended(dir));
    output.say('Migrating the database');
    await migrateStack(context, compose);
    const replicas = settings.deploy.replicas;
    for (const service of serverServices)
      await replaceReplicas(compose, {
        service,
        count: replicas[service],
        waitMs,
        signal,
        tell: (text) => output.say(text),
      });
    await removeIll(compose, 'nginx');
    const isNginxNew = await startNginx({ context, stack, waitMs });
    settleUpgrade(dir, cliVersion());
    await tellOfOldData(context, compose);
    const tookMs = Math.round(performance.now() - begin);
    output.result(
      { restarted: [...serverServices, ...(isNginxNew ? ['nginx'] : [])], replicas, tookMs },
      (style) =>
        `${style.green(style.signs.ok)} Restarted after ${(tookMs / 1_000).toFixed(0)} s; ${isNginxNew ? 'clients connect anew, as nginx was started anew' : 'nobody was turned away'}`,
    );
    return exit.done;
  });
};
