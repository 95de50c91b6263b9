import { removeContainers } from './remove-containers.ts';
import { runDocker } from './run-docker.ts';

/** What a project has in Docker. */
export interface Remains {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  /** Of the server, which were built for this project. */
  readonly images: readonly string[];
}

const lines = (text: string): string[] => [...new Set(text.split('\n').filter((line) => line !== ''))];

/** What an upgrade keeps of an image that was not built here has no label. */
const imagesNamed = async (repository: string): Promise<string[]> => {
  const words = ['images', '--filter', `reference=${repository}`, '--format', '{{.Repository}}:{{.Tag}}'];
  return lines(await runDocker(words, { doing: 'look for images of the server' })).filter(
    (name) => !name.includes('<none>'),
  );
};

/** Looks for all that carries the label of the project, and for images that have its name. */
export const findRemains = async (project: string): Promise<Remains> => {
  const label = ['--filter', `label=com.docker.compose.project=${project}`];
  const ask = async (words: readonly string[], format: string): Promise<string[]> =>
    lines(await runDocker([...words, ...label, '--format', format], { doing: 'look for what was made' }));
  const [kept, containers, networks, volumes, images] = await Promise.all([
    imagesNamed(`${project}-server`),
    ask(['ps', '--all'], '{{.Names}}'),
    ask(['network', 'ls'], '{{.Name}}'),
    ask(['volume', 'ls'], '{{.Name}}'),
    ask(['images', '--all'], '{{.Repository}}:{{.Tag}} {{.ID}}'),
  ]);
  // One whose name another build has taken has its id alone.
  const named = images.map((line) => line.split(' ').find((word) => !word.includes('<none>')) ?? '');
  return { containers, networks, volumes, images: [...new Set([...named, ...kept])] };
};

/** Removes what is named, each by its exact name. */
export const removeRemains = async ({ containers, images, networks, volumes }: Remains): Promise<void> => {
  await removeContainers(containers);
  if (networks.length > 0) await runDocker(['network', 'rm', ...networks], { doing: 'remove the networks' });
  if (volumes.length > 0) await runDocker(['volume', 'rm', ...volumes], { doing: 'remove the volumes' });
  if (images.length > 0) await runDocker(['rmi', '--force', ...images], { doing: 'remove the images' });
};
