import { beforeStart, fail, type Finding, ok, warn } from '../../check.ts';
import { needsEngine, runningOf, stackCheck } from './stack-check.ts';

export interface BrokerFacts {
  /** In the files of compose; undefined where they say none. */
  readonly described: string | undefined;
  /** Of the container that runs, and the folders of nodes in its volume; undefined while none does. */
  readonly running: { readonly hostname: string; readonly nodes: readonly string[] } | undefined;
}

const fix = 'Set it in compose.override.yaml as compose.yaml has it (hostname: rabbitmq), and then: `messox up`';

/** RabbitMQ keeps its data in a folder that is named after its host: with another name it begins anew, without it. */
export const judgeBrokerHost = ({ described, running }: BrokerFacts): Finding => {
  if (described === undefined)
    return fail('compose does not give RabbitMQ a host name, so a new container would not find its data', fix);
  if (!running) return ok(`${described}; it does not run`);
  const { hostname, nodes } = running;
  if (hostname !== described)
    return fail(`RabbitMQ runs on ${hostname}, and its next container will on ${described}, without its data`, fix);
  const own = `rabbit@${hostname}`;
  const others = nodes.filter((node) => node !== own);
  if (nodes.length > 0 && !nodes.includes(own))
    return fail(`the data is that of ${others.join(', ')}, and RabbitMQ runs as ${own}: it does not see it`, fix);
  if (others.length > 0)
    return warn(
      `beside ${own} the volume holds what ${others.join(', ')} left: jobs that nobody does`,
      `\`messox backup\`, and then give RabbitMQ its earlier name once, to let it finish: hostname: ${others[0]?.replace(/^rabbit@/, '') ?? ''}`,
    );
  return ok(`${hostname}, as the folder of its data`);
};

/** Names of nodes in a listing, in which files and folders of theirs have the same name with a suffix. */
export const nodesIn = (listing: string): string[] =>
  listing
    .split('\n')
    .map((line) => line.trim())
    .filter((name) => /^rabbit@[^/]+$/.test(name) && !/-(plugins-expand|feature_flags)$|\.pid$/.test(name));

export const brokerHost = stackCheck({
  id: 'broker-host',
  title: 'Name of the broker',
  group: 'data',
  when: ['doctor', ...beforeStart],
  skip: async (facts) =>
    (await needsEngine(facts)) ?? ((await facts.description()) ? undefined : 'there is no compose.yaml yet'),
  run: async ({ containers, description, stack: { compose } }) => {
    const [container] = runningOf(await containers(), ['rabbitmq']);
    const list = ['exec', '--no-TTY', 'rabbitmq', 'ls', '-1', '/var/lib/rabbitmq/mnesia'];
    const running = container && {
      hostname: container.hostname,
      nodes: nodesIn(await compose.run(list, { doing: 'look at the folders of RabbitMQ' })),
    };
    return judgeBrokerHost({ described: (await description())?.services.rabbitmq?.hostname, running });
  },
});
