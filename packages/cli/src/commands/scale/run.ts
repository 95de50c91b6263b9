import { exit } from '../../errors/exit.ts';
import { CliError } from '../../errors/cli-error.ts';
import type { Run } from '../../framework/spec.ts';
import { checkConnections, connectionsNow, refuseMore } from '../../docker/connections.ts';
import { toldBy } from '../../docker/compose.ts';
import { listContainers } from '../../docker/containers.ts';
import { requireEngine } from '../../docker/engine.ts';
import { scaleService } from '../../docker/scale-service.ts';
import { isServerService, type ServerService, serverServices } from '../../docker/services.ts';
import { openStack } from '../../docker/stack.ts';
import { renderStackFiles } from '../../generated/render-project.ts';
import { table } from '../../output/table.ts';
import { atomicWrite } from '../../project/atomic-write.ts';
import { withValue } from '../../project/edit-settings.ts';
import { withLock } from '../../project/lock.ts';
import { checkSettings } from '../../project/check-settings.ts';
import { settingsInvalid } from '../../project/settings.ts';
import { readSettingsFile, type SettingsFile } from '../../project/settings-file.ts';
import type { spec } from './spec.ts';

const mostReplicas = 50;

/** `gateway=4` as what it says. Throws `invalid_usage`. */
const parse = (words: readonly string[]): Map<ServerService, number> =>
  new Map(
    words.map((word): [ServerService, number] => {
      const [, name = '', count = ''] = /^([a-z]+)=(\d{1,3})$/.exec(word) ?? [];
      const number = Number(count);
      if (isServerService(name) && number >= 1 && number <= mostReplicas) return [name, number];
      throw new CliError('invalid_usage', `<replicas> cannot be "${word}"`, {
        detail: `Expected one of ${serverServices.join(', ')}, = and how many, 1 to ${mostReplicas}.`,
        fixes: ['`messox scale gateway=4 api=3`'],
      });
    }),
  );

const edit = (file: SettingsFile, wanted: ReadonlyMap<ServerService, number>): SettingsFile => {
  let edited = file;
  for (const [service, count] of wanted) edited = withValue(edited, ['deploy', 'replicas', service], count);
  return edited;
};

export const run: Run<typeof spec> = async (context, { replicas }, { waitTimeout }) => {
  const { flags, output, signal } = context;
  const { dir } = flags;
  const wanted = parse(replicas);
  const { compose, settings } = openStack(dir);
  await requireEngine();
  return withLock(dir, 'scale', async () => {
    const file = readSettingsFile(dir);
    const edited = edit(file, wanted);
    const checked = checkSettings(edited);
    if (checked.problems) throw settingsInvalid(edited, checked.problems);
    const { needed } = checkConnections(dir, checked.settings);
    const before = await listContainers(compose.project);
    const isRunning = before.some(({ state }) => state === 'running');
    const available = isRunning ? await connectionsNow(dir) : needed;
    refuseMore(needed, available, '`messox config set deploy.replicas.gateway 4` and `messox up`');
    if (edited.source !== file.source) atomicWrite(file.path, edited.source, { mode: 0o644 });
    renderStackFiles(context);
    if (!isRunning) output.warn('The server does not run; `messox up` starts so many');
    else
      for (const [service, count] of wanted) {
        const was = settings.deploy.replicas[service];
        output.say(was === count ? `${service}: ${count} already` : `${service}: ${was} → ${count}`);
        await scaleService(compose, { service, count, waitMs: waitTimeout * 1_000, signal, onLine: toldBy(context) });
      }
    const now = checked.settings.deploy.replicas;
    output.result({ replicas: now, running: isRunning, connections: { needed, available } }, (style) => [
      `${style.green(style.signs.ok)} ${isRunning ? 'Scaled' : 'Written to messox.yaml'}`,
      ...table([
        ...serverServices.map((service) => [`  ${service}`, String(now[service])]),
        ['  connections', `${needed} of ${available} that PostgreSQL has`],
      ]),
    ]);
    return exit.done;
  });
};
