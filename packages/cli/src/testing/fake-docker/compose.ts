import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Call, type Command, Refusal, split } from './call.ts';
import { hashOf, readComposeFile, resolved, sha256 } from './compose-file.ts';
import { printLogs } from './logs.ts';
import type { FakeContainer } from './state.ts';

/** What the files say of a service, with the image that the name of its image means: one that is not built here comes from a registry. */
const describe = ({ dir, files, state }: Call, name: string) => {
  const { services } = readComposeFile(dir, files);
  const service = services[name];
  if (!service) throw new Refusal(`no such service: ${name}`);
  const { image } = service;
  const isBuilt = Object.values(services).some((other) => other.build && other.image === image);
  const imageId = state.images[image] ?? (isBuilt ? undefined : sha256(image));
  if (imageId === undefined) throw new Refusal(`Error response from daemon: No such image: ${image}`);
  state.images = { ...state.images, [image]: imageId };
  return { service, image, imageId, configHash: hashOf(service) };
};

const newContainer = (call: Call, name: string, number: number, oneOff = false): FakeContainer => {
  const { project, state } = call;
  const { service, ...facts } = describe(call, name);
  const id = randomBytes(32).toString('hex');
  return {
    id,
    name: `${project}-${name}-${oneOff ? `run-${id.slice(0, 12)}` : number}`,
    project,
    service: name,
    number,
    oneOff,
    state: 'running',
    health: state.health[name] ?? 'healthy',
    exitCode: 0,
    startedAt: new Date().toISOString(),
    hostname: service.hostname ?? id.slice(0, 12),
    published: (service.ports ?? []).map(({ host_ip: address, published, target: inside }) => ({
      inside,
      address,
      port: Number(published),
    })),
    ...facts,
  };
};

const isOf =
  ({ project }: Call, services: readonly string[]) =>
  (container: FakeContainer): boolean =>
    container.project === project && !container.oneOff && services.includes(container.service);

/** Makes and removes containers until there are so many; what is not as the files say is made anew, unless it is to be left alone. */
const bringUp = (call: Call, name: string, wanted: number | undefined, leavesAlone: boolean): void => {
  const { state } = call;
  const { configHash, imageId, service } = describe(call, name);
  const count = wanted ?? service.deploy?.replicas ?? 1;
  const isOwn = isOf(call, [name]);
  const isCurrent = (container: FakeContainer): boolean =>
    container.state === 'running' &&
    (leavesAlone || (container.configHash === configHash && container.imageId === imageId));
  const own = state.containers.filter(isOwn).slice(0, count);
  const last = Math.max(0, ...own.map(({ number }) => number));
  state.containers = [
    ...state.containers.filter((container) => !isOwn(container)),
    ...own.map((container) => (isCurrent(container) ? container : newContainer(call, name, container.number))),
    ...Array.from({ length: count - own.length }, (_, index) => newContainer(call, name, last + index + 1)),
  ].sort((a, b) => a.name.localeCompare(b.name));
};

/** The first PostgreSQL that is started makes its data, and every other one finds it. */
const makeData = (call: Call): void => {
  const major = Number(/:(\d+)/.exec(describe(call, 'postgres').image)?.[1]);
  call.state.volumes = { [`${call.project}_postgres`]: { major }, ...call.state.volumes };
};

const up: Command = (call, words) => {
  const { all, has, rest } = split(words, '--scale');
  const scale = new Map(all('--scale').map((pair) => pair.split('=') as [string, string]));
  const unnamed = [...scale.keys()].find((name) => !rest.includes(name));
  if (unnamed !== undefined) throw new Refusal(`no such service: ${unnamed}: disabled`);
  for (const name of rest) {
    if (name === 'postgres') makeData(call);
    const wanted = scale.get(name);
    bringUp(call, name, wanted === undefined ? undefined : Number(wanted), has('--no-recreate'));
  }
};

const change = (call: Call, services: readonly string[], facts: Partial<FakeContainer>): void => {
  const isOwn = isOf(call, services);
  call.state.containers = call.state.containers.map((one) => (isOwn(one) ? { ...one, ...facts } : one));
};

const down: Command = ({ project, state }) => {
  state.containers = state.containers.filter((one) => one.project !== project);
};

/** The same files make the same image. */
const build: Command = ({ dir, files, state }) => {
  for (const { build: how, image } of Object.values(resolved(dir, readComposeFile(dir, files)).services)) {
    if (!how) continue;
    const id = sha256(readFileSync(resolve(how.context, how.dockerfile ?? 'Dockerfile'), 'utf8'));
    state.images = { ...state.images, [image]: id };
    state.built = [...new Set([...state.built, id])];
  }
};

const config: Command = ({ dir, files }, words) => {
  const file = readComposeFile(dir, files);
  const { services } = file;
  if (!words.includes('--hash')) return resolved(dir, file);
  return Object.entries(services)
    .map(([name, service]) => `${name} ${hashOf(service)}`)
    .join('\n');
};

/** As a container of the server would. */
const migrateDatabase = async ({ state }: Call): Promise<void> => {
  const { migrate, openDatabase } = await import('@messox/server');
  const database = openDatabase(state.database?.url ?? '');
  await migrate(database.sql);
  await database.close();
};

/** Whatever is mounted as its configuration, it takes it. */
const tryNginx = ({ dir, files, state }: Call): void => {
  const { volumes = [] } = resolved(dir, readComposeFile(dir, files)).services.nginx ?? {};
  const folder = volumes.find(({ target }) => target === '/etc/nginx')?.source ?? '';
  state.tried = readFileSync(resolve(folder, 'messox.conf'), 'utf8');
};

const run: Command = async (call, words) => {
  const { has, rest } = split(words, '--entrypoint');
  const [name = ''] = rest;
  const container = newContainer(call, name, 1, true);
  if (has('--detach')) {
    call.state.containers = [...call.state.containers, container];
    return container.id;
  }
  if (name === 'migrate') await migrateDatabase(call);
  if (name === 'nginx') tryNginx(call);
  return undefined;
};

/** What programs of containers answer. */
const exec: Command = (_, words) => {
  const command = split(words).rest.slice(1).join(' ');
  if (command.startsWith('rabbitmqctl list_queues')) return [];
  if (command.startsWith('ls -1 /var/lib/rabbitmq')) return 'rabbit@rabbitmq';
  if (command === 'nginx -s reload') return undefined;
  throw new Refusal(`The fake of docker does not know: ${command}`);
};

/** Commands of `docker compose`, by their first word. */
export const composeCommands: Readonly<Record<string, Command>> = {
  version: ({ state }) => ({ version: state.compose }),
  config,
  build,
  up,
  stop: (call, words) => change(call, words, { state: 'exited' }),
  restart: (call, words) => change(call, words, { startedAt: new Date().toISOString() }),
  down,
  run,
  exec,
  logs: printLogs,
};
