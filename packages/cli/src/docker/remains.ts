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

/** Looks for all that carries the label of the project. */
export const findRemains = async (project: string): Promise<Remains> => {
  const label = ['--filter', `label=com.docker.compose.project=${project}`];
  const ask = async (words: readonly string[], format: string): Promise<string[]> =>
    lines(await runDocker([...words, ...label, '--format', format], { doing: 'look for what was made' }));
  const [containers, networks, volumes, images] = await Promise.all([
    ask(['ps', '--all'], '{{.Names}}'),
    ask(['network', 'ls'], '{{.Name}}'),
    ask(['volume', 'ls'], '{{.Name}}'),
    ask(['images'], '{{.Repository}}:{{.Tag}}'),
  ]);
  return { containers, networks, volumes, images: images.filter((name) => !name.includes('<none>')) };
};

/** Removes what is named, each by its exact name. */
export const removeRemains = async ({ containers, images, networks, volumes }: Remains): Promise<void> => {
  await removeContainers(containers);
  if (networks.length > 0) await runDocker(['network', 'rm', ...networks], { doing: 'remove the networks' });
  if (volumes.length > 0) await runDocker(['volume', 'rm', ...volumes], { doing: 'remove the volumes' });
  if (images.length > 0) await runDocker(['rmi', '--force', ...images], { doing: 'remove the images' });
};
