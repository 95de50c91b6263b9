import { once } from 'node:events';
import { connect } from 'node:net';
import { Transform } from 'node:stream';
import { type Command, Refusal, split } from './call.ts';
import { linesOf } from './logs.ts';
import type { FakeContainer, FakeState } from './state.ts';

const labelsOf = ({ configHash, number, oneOff, project, service }: FakeContainer): Record<string, string> => ({
  'com.docker.compose.project': project,
  'com.docker.compose.service': service,
  'com.docker.compose.container-number': String(number),
  'com.docker.compose.oneoff': oneOff ? 'True' : 'False',
  'com.docker.compose.config-hash': configHash,
});

const inspected = (container: FakeContainer): object => {
  const { exitCode, health, hostname, id, image, imageId, name, published, startedAt, state } = container;
  return {
    Id: id,
    Name: `/${name}`,
    Image: imageId,
    RestartCount: 0,
    State: {
      Status: state,
      OOMKilled: false,
      ExitCode: exitCode,
      StartedAt: startedAt,
      Health: { Status: health, Log: [] },
    },
    Config: { Hostname: hostname, Image: image, Labels: labelsOf(container) },
    NetworkSettings: {
      Networks: {},
      Ports: Object.fromEntries(
        published.map(({ address, inside, port }) => [`${inside}/tcp`, [{ HostIp: address, HostPort: String(port) }]]),
      ),
    },
  };
};

const find = ({ containers }: FakeState, name: string): FakeContainer => {
  const container = containers.find((one) => one.id === name || one.name === name);
  if (!container) throw new Refusal(`Error response from daemon: No such container: ${name}`);
  return container;
};

const ps: Command = ({ state }, words) => {
  const { all, has } = split(words, '--filter', '--format');
  const isWanted = (container: FakeContainer): boolean =>
    (has('--all') || container.state === 'running') &&
    all('--filter').every((filter) => {
      const [, name = '', value] = filter.split('=');
      return labelsOf(container)[name] === value;
    });
  const found = state.containers.filter(isWanted);
  return found.map(({ id, name }) => (has('--quiet') ? id : name)).join('\n');
};

const stop: Command = ({ state }, names) => {
  const stopped = new Set(names.map((name) => find(state, name).id));
  state.containers = state.containers.map((one) => (stopped.has(one.id) ? { ...one, state: 'exited' } : one));
};

const remove: Command = ({ state }, words) => {
  const { rest } = split(words);
  state.containers = state.containers.filter(({ id, name }) => !rest.includes(id) && !rest.includes(name));
};

/** Lets so many bytes pass, and then keeps what comes. */
const silentAfter = (bytes = Infinity): Transform => {
  let left = bytes;
  return new Transform({
    transform: (chunk: Buffer, _, done) => {
      done(null, chunk.subarray(0, left));
      left = Math.max(0, left - chunk.length);
    },
  });
};

/** The way to the database, through a container that runs; and a shell in one, which has nothing to tell. */
const exec: Command = async ({ socket, state }, words) => {
  const { has, rest } = split(words);
  const [name = ''] = rest;
  if (find(state, name).state !== 'running')
    throw new Refusal(`Error response from daemon: container ${name} is not running`);
  if (!has('--interactive')) return;
  if (!state.database) throw new Refusal('The fake of docker has no database: standInDatabase gives it one');
  const database = connect(state.database.place);
  database.on('error', () => socket.destroy());
  socket.on('close', () => database.destroy());
  socket.pipe(database).pipe(silentAfter(state.database.silentAfterBytes)).pipe(socket);
  await once(database, 'close');
};

const inspectImage: Command = ({ state: { built, images } }, [, name = '']) => {
  const id = images[name] ?? [...built, ...Object.values(images)].find((known) => known === name);
  if (id === undefined) throw new Refusal(`Error response from daemon: No such image: ${name}`);
  return [{ Id: id }];
};

const tag: Command = ({ state }, [id = '', name = '']) => {
  state.images = { ...state.images, [name]: id };
};

/** Those that were built here, by all names that they have. */
const listImages: Command = ({ state }, words) => {
  const { all } = split(words, '--filter', '--format');
  const [format = ''] = all('--format');
  const [repository] = all('--filter').flatMap((filter) => /^reference=(.+)$/.exec(filter)?.[1] ?? []);
  return state.built
    .flatMap((id) => {
      const names = Object.entries(state.images).flatMap(([name, known]) => (known === id ? [name] : []));
      return (names.length === 0 ? ['<none>:<none>'] : names).map((name) => ({ id, name }));
    })
    .filter(({ name }) => repository === undefined || name.startsWith(`${repository}:`))
    .map(({ id, name }) => format.replace('{{.ID}}', id).replace('{{.Repository}}:{{.Tag}}', name))
    .join('\n');
};

/** Takes a name away, and with the last one the image, unless a container uses it. */
const removeName = (state: FakeState, name: string): void => {
  const id = state.images[name] ?? name;
  const { [name]: _, ...others } = state.images;
  const isLast = !Object.values(others).includes(id);
  if (isLast && state.containers.some(({ imageId }) => imageId === id))
    throw new Refusal(`Error response from daemon: conflict: unable to delete ${name} (must be forced)`);
  state.images = others;
  if (isLast) state.built = state.built.filter((built) => built !== id);
};

const removeImages: Command = ({ state }, words) => {
  for (const name of split(words).rest) removeName(state, name);
};

/** Those with a label are none that it tells of. */
const volume: Command = ({ state }, [what, name = '']) => {
  if (what === 'ls') return '';
  if (!state.volumes[name]) throw new Refusal(`Error response from daemon: get ${name}: no such volume`);
  return [{ Name: name }];
};

/** A program that reads the version of the data, which is all that messox runs so. */
const run: Command = ({ state }, words) => {
  const source = /source=([^,]+)/.exec(words.join(' '))?.[1] ?? '';
  return String(state.volumes[source]?.major);
};

/** Commands of `docker` itself, by their first word. */
export const engineCommands: Readonly<Record<string, Command>> = {
  version: ({ state }) => ({ Server: { Version: state.engine } }),
  info: () => ({ DockerRootDir: '/', MemTotal: 16 * 1024 ** 3 }),
  ps,
  inspect: ({ state }, words) => split(words, '--type').rest.map((id) => inspected(find(state, id))),
  stop,
  rm: remove,
  exec,
  logs: ({ state }, words) => linesOf(state, split(words, '--tail').rest[0] ?? ''),
  image: inspectImage,
  images: listImages,
  rmi: removeImages,
  // It keeps none.
  network: () => '',
  tag,
  volume,
  run,
};
