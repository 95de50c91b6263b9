import type { GeneratedFile } from '../../generated/generated-file.ts';
import { memoryBudget } from '../memory-budget.ts';
import { madeBy, type Stack } from '../stack.ts';

const configuration = (stack: Stack): string => {
  const memoryMb = memoryBudget(stack).rabbitmq;
  const watermarkMb = Math.floor(memoryMb * 0.6);
  return `${madeBy('Settings of your own go into a file that compose.override.yaml puts into /etc/rabbitmq/conf.d.')}
listeners.tcp.default = 5672
log.console = true
log.console.level = info
log.file = false

# User, vhost and permissions. With them there is no user guest.
definitions.import_backend = local_filesystem
definitions.local.path = /run/secrets/rabbitmq-definitions
definitions.skip_if_unchanged = true
default_queue_type = quorum

# Of the container: what RabbitMQ sees by itself is the machine.
vm_memory_high_watermark.absolute = ${watermarkMb}MiB
disk_free_limit.absolute = ${Math.max(watermarkMb * 2, 512)}MiB
max_message_size = 16777216
channel_max = 2047
`;
};

/** No plugin is needed: the server speaks AMQP, and rabbitmqctl tells the depth of queues. */
const plugins = '[].\n';

/** Settings of RabbitMQ 4, sized to its container. What holds a password is in `secrets/`. */
export const renderRabbitmq = (stack: Stack): GeneratedFile[] => [
  { path: 'rabbitmq/rabbitmq.conf', mode: 0o644, content: configuration(stack) },
  { path: 'rabbitmq/enabled_plugins', mode: 0o644, content: plugins },
];
