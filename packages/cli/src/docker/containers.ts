import { z } from 'zod';
import { runDocker } from './run-docker.ts';

const healthSchema = z.object({
  Status: z.string(),
  Log: z
    .array(z.object({ ExitCode: z.int(), Output: z.string() }))
    .nullable()
    .optional(),
});

const publishedSchema = z.object({ HostIp: z.string(), HostPort: z.string() });

const inspectedSchema = z.array(
  z.object({
    Id: z.string(),
    Name: z.string(),
    Image: z.string(),
    RestartCount: z.int(),
    State: z.object({
      Status: z.string(),
      OOMKilled: z.boolean(),
      ExitCode: z.int(),
      StartedAt: z.string(),
      Health: healthSchema.optional(),
    }),
    Config: z.object({
      Hostname: z.string(),
      Image: z.string(),
      Labels: z.record(z.string(), z.string()).nullable(),
    }),
    NetworkSettings: z.object({
      Networks: z
        .record(z.string(), z.object({ Gateway: z.string(), IPAddress: z.string(), IPv6Gateway: z.string() }))
        .nullable(),
      Ports: z.record(z.string(), z.array(publishedSchema).nullable()).nullish(),
    }),
  }),
);

/** A port of a container that the machine listens on for it. */
export interface PublishedPort {
  /** Inside the container. */
  readonly inside: number;
  readonly address: string;
  readonly port: number;
}

export interface Container {
  readonly id: string;
  readonly name: string;
  /** Of compose; empty for one that compose did not make. */
  readonly project: string;
  readonly service: string;
  /** Which of the replicas of its service. */
  readonly number: number;
  /** `running`, `exited`, `restarting`, … */
  readonly state: string;
  /** `healthy`, `starting`, `unhealthy`; undefined where nothing is checked. */
  readonly health: string | undefined;
  readonly exitCode: number;
  /** Whether the kernel ended it for want of memory. */
  readonly oomKilled: boolean;
  readonly startedAt: string;
  readonly restarts: number;
  readonly image: string;
  readonly imageId: string;
  /** Of what compose.yaml said of its service when it was made. */
  readonly configHash: string;
  /** What the last health check that failed said. */
  readonly healthOutput: string | undefined;
  readonly addresses: readonly string[];
  /** By which its networks are reached from the machine. */
  readonly gateways: readonly string[];
  /** What it calls itself. */
  readonly hostname: string;
  readonly published: readonly PublishedPort[];
}

const publishedPorts = (ports: z.infer<typeof inspectedSchema>[number]['NetworkSettings']['Ports']): PublishedPort[] =>
  Object.entries(ports ?? {}).flatMap(([inside, places]) =>
    (places ?? []).map(({ HostIp, HostPort }) => ({
      inside: Number.parseInt(inside, 10),
      address: HostIp === '' ? '0.0.0.0' : HostIp,
      port: Number(HostPort),
    })),
  );

const asContainer = ({
  Config,
  Id,
  Image,
  Name,
  NetworkSettings,
  RestartCount,
  State,
}: z.infer<typeof inspectedSchema>[number]): Container => {
  const labels = Config.Labels ?? {};
  const networks = Object.values(NetworkSettings.Networks ?? {});
  return {
    id: Id,
    name: Name.replace(/^\//, ''),
    project: labels['com.docker.compose.project'] ?? '',
    service: labels['com.docker.compose.service'] ?? '',
    number: Number(labels['com.docker.compose.container-number'] ?? 0),
    state: State.Status,
    health: State.Health?.Status,
    exitCode: State.ExitCode,
    oomKilled: State.OOMKilled,
    startedAt: State.StartedAt,
    restarts: RestartCount,
    image: Config.Image,
    imageId: Image,
    configHash: labels['com.docker.compose.config-hash'] ?? '',
    healthOutput: State.Health?.Log?.findLast(({ ExitCode }) => ExitCode !== 0)?.Output.trim(),
    addresses: networks.map(({ IPAddress }) => IPAddress).filter(Boolean),
    gateways: networks.flatMap(({ Gateway, IPv6Gateway }) => [Gateway, IPv6Gateway]).filter(Boolean),
    hostname: Config.Hostname,
    published: publishedPorts(NetworkSettings.Ports),
  };
};

/** One that is removed between the two calls is no error: the rest is asked for again. */
const inspect = async (list: () => Promise<string[]>, attempts = 5): Promise<Container[]> => {
  const ids = await list();
  if (ids.length === 0) return [];
  try {
    const told = await runDocker(['inspect', '--type', 'container', ...ids], { doing: 'look at the containers' });
    return inspectedSchema.parse(JSON.parse(told)).map(asContainer);
  } catch (error) {
    if (attempts > 1 && error instanceof Error && /no such container/i.test(`${error.message} ${detailOf(error)}`))
      return inspect(list, attempts - 1);
    throw error;
  }
};

const detailOf = (error: Error): string => ('detail' in error && typeof error.detail === 'string' ? error.detail : '');

const idsOf = async (words: readonly string[]): Promise<string[]> =>
  (await runDocker(['ps', '--quiet', '--no-trunc', ...words], { doing: 'list the containers' }))
    .split('\n')
    .filter((line) => line !== '');

/** All containers of the machine that run, whoever made them. */
export const listRunning = (): Promise<Container[]> => inspect(() => idsOf([]));

/** All containers of the compose project, those that have ended too, by service and number; one-off ones are left out. */
export const listContainers = async (project: string, service?: string): Promise<Container[]> => {
  const filters = [
    `label=com.docker.compose.project=${project}`,
    'label=com.docker.compose.oneoff=False',
    ...(service === undefined ? [] : [`label=com.docker.compose.service=${service}`]),
  ];
  const found = await inspect(() => idsOf(['--all', ...filters.flatMap((filter) => ['--filter', filter])]));
  return found.sort((a, b) => a.service.localeCompare(b.service) || a.number - b.number);
};
