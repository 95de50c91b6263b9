import type { Context } from '../../../framework/context.ts';
import { type CertificateFacts, readCertificate } from '../../../docker/certificate.ts';
import { listContainers } from '../../../docker/containers.ts';
import { type DockerDisk, readDockerDisk } from '../../../docker/docker-disk.ts';
import { requireEngine } from '../../../docker/engine.ts';
import { runningVersion } from '../../../docker/server-version.ts';
import { driftOf, openStack } from '../../../docker/stack.ts';
import { versionBefore } from '../../../upgrade/previous-image.ts';
import { cliVersion } from '../../../version.ts';
import type { Facts } from '../render.ts';
import { lookAtDatabase } from '../look-at-database.ts';
import { type QueueFacts, readQueues } from './queues.ts';
import { serviceFacts, type ServiceFacts } from './services.ts';

export interface StackFacts {
  readonly healthy: boolean;
  readonly url: string;
  readonly project: string;
  /** Of the processes of the server; of this command while none runs. */
  readonly version: string;
  /** That `upgrade --rollback` leads to; missing where there is none. */
  readonly previous?: string;
  readonly services: readonly ServiceFacts[];
  /** Missing while no process of the server runs. */
  readonly database?: Facts['database'];
  /** Missing while RabbitMQ does not answer. */
  readonly queues?: readonly QueueFacts[];
  /** Null when nginx shows none; missing where nginx speaks no TLS. */
  readonly certificate?: CertificateFacts | null;
  readonly disk: DockerDisk;
  /** Generated files that are not as they were generated, or would be by now. */
  readonly drift: readonly string[];
}

/** All that is known of a stack; what cannot be asked for is left out. */
export const gatherStack = async (context: Context): Promise<StackFacts> => {
  const { dir } = context.flags;
  const stack = openStack(dir);
  await requireEngine();
  const { compose, settings, url } = stack;
  const { domain = 'localhost', ports, tls } = settings.deploy;
  const containers = await listContainers(compose.project);
  const services = serviceFacts(containers, settings.deploy.replicas);
  const isUp = (name: string) => services.some(({ healthy, service }) => service === name && healthy > 0);
  const [database, queues, certificate, disk, previous] = await Promise.all([
    isUp('api') || isUp('gateway') || isUp('worker') ? lookAtDatabase(context) : undefined,
    isUp('rabbitmq') ? readQueues(compose, 'messox').catch(() => undefined) : undefined,
    (tls.mode === 'acme' || tls.mode === 'files') && isUp('nginx')
      ? readCertificate(stack.address, ports.https, domain).then((found) => found ?? null)
      : undefined,
    readDockerDisk(),
    versionBefore(dir),
  ]);
  const isCurrent =
    database !== undefined && 'migrations' in database && database.migrations.pending + database.migrations.wrong === 0;
  return {
    healthy: services.every(({ healthy, wanted }) => healthy >= wanted) && isCurrent && certificate !== null,
    url,
    project: compose.project,
    version: runningVersion(containers) ?? cliVersion(),
    ...(previous === undefined ? {} : { previous }),
    services,
    ...(database ? { database } : {}),
    ...(queues ? { queues } : {}),
    ...(certificate === undefined ? {} : { certificate }),
    disk,
    drift: driftOf(dir),
  };
};
