import { z } from 'zod';
import { runDocker } from './run-docker.ts';

const healthSchema = z.object({
  Status: z.string(),
  Log: z
    .array(z.object({ ExitCode: z.int(), Output: z.string() }))
    .nullable()
    .optional(),
});

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
    Config: z.object({ Image: z.string(), Labels: z.record(z.string(), z.string()).nullable() }),
    NetworkSettings: z.object({
      Networks: z.record(z.string(), z.object({ IPAddress: z.string() })).nullable(),
    }),
  }),
);

export interface Container {
  readonly id: string;
  readonly name: string;
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
}

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
  return {
    id: Id,
    name: Name.replace(/^\//, ''),
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
    addresses: Object.values(NetworkSettings.Networks ?? {})
      .map(({ IPAddress }) => IPAddress)
      .filter(Boolean),
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

/** All containers of the compose project, those that have ended too, by service and number; one-off ones are left out. */
export const listContainers = async (project: string, service?: string): Promise<Container[]> => {
  const filters = [
    `label=com.docker.compose.project=${project}`,
    'label=com.docker.compose.oneoff=False',
    ...(service === undefined ? [] : [`label=com.docker.compose.service=${service}`]),
  ];
  const words = ['ps', '--all', '--quiet', '--no-trunc', ...filters.flatMap((filter) => ['--filter', filter])];
  const found = await inspect(async () =>
    (await runDocker(words, { doing: 'list the containers' })).split('\n').filter((line) => line !== ''),
  );
  return found.sort((a, b) => a.service.localeCompare(b.service) || a.number - b.number);
};
