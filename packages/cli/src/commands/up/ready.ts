import { listContainers } from '../../docker/containers.ts';
import { serverServices } from '../../docker/services.ts';
import type { RunningStack } from '../../docker/stack.ts';
import type { Context } from '../../framework/context.ts';
import { commandLine } from '../../output/command-line.ts';
import { table } from '../../output/table.ts';

/** A server in containers that is ready. */
export interface Ready {
  readonly text: string;
  /** Where it is, and how much of it, in lines. */
  readonly places: readonly string[];
  /** The same for programs. */
  readonly data: {
    readonly url: string;
    readonly project: string;
    readonly replicas: Readonly<Record<string, number>>;
  };
}

export const lookAround = async ({ place }: Context, { compose, settings, url }: RunningStack): Promise<Ready> => {
  const { project } = compose;
  const containers = await listContainers(project);
  const count = (service: string) => containers.filter((container) => container.service === service).length;
  return {
    text: `messox is ready: ${containers.length} containers, all of them healthy`,
    places: [
      ...table([
        ['  address', url],
        ['  docs', `${url}/api/docs`],
        ['  server', serverServices.map((service) => `${count(service)} ${service}`).join(', ')],
        ['  project', `${project} (in docker compose)`],
      ]),
      ...(settings.deploy.tls.mode === 'proxy'
        ? ['  Your proxy leads there. Its lines:', `    ${commandLine(place, 'config', 'print', 'proxy')}`]
        : []),
      '',
    ],
    data: { url, project, replicas: Object.fromEntries(serverServices.map((service) => [service, count(service)])) },
  };
};

const makeAdmin = ['user', 'create', '--admin', 'NAME'] as const;

/** Of a server that goes on without this command. `ranBefore` is what keeps it from being shown in this terminal. */
export const reportDetached = ({ output, place }: Context, ready: Ready, ranBefore: boolean): void =>
  output.result(ready.data, (style) => [
    `${style.green(style.signs.ok)} ${ready.text}`,
    ...ready.places,
    ...(ranBefore ? ['It ran before, so it is left to run in the background.', ''] : []),
    'To make the administrator, to see how it is, what it says, and to stop it:',
    ...[makeAdmin, ['status'], ['logs', '-f'], ['down']].map((words) => `  ${commandLine(place, ...words)}`),
  ]);

/** Of a server that is stopped with this command. */
export const reportAttached = ({ output, place }: Context, ready: Ready): void => {
  output.ok(`${ready.text}; Ctrl-C stops it`);
  for (const line of [...ready.places, 'To make the administrator:', `  ${commandLine(place, ...makeAdmin)}`, ''])
    output.say(line);
};
