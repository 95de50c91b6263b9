import { statSync } from 'node:fs';
import { projectPaths } from '../project/paths.ts';
import type { Compose } from './compose.ts';
import { type Container, listContainers } from './containers.ts';
import { imageIdOf } from './image-id.ts';
import { isServerService } from './services.ts';

/** The hash that compose gives to what its files say of each service, by service. */
const wantedHashes = async (compose: Compose): Promise<Map<string, string>> => {
  const told = await compose.run(['config', '--hash', '*'], { doing: 'read compose.yaml' });
  return new Map(
    told.split('\n').flatMap((line): [string, string][] => {
      const [service = '', hash = ''] = line.trim().split(/\s+/);
      return service === '' ? [] : [[service, hash]];
    }),
  );
};

/** Processes of the server read messox.yaml when they start. */
const hasOldSettings = ({ service, startedAt }: Container, dir: string): boolean =>
  isServerService(service) && Date.parse(startedAt) < statSync(projectPaths(dir).settings).mtimeMs;

/** The services that run otherwise than compose.yaml and its images say by now, or not at all. */
export const outdatedServices = async (compose: Compose, names: readonly string[]): Promise<Set<string>> => {
  const [hashes, containers] = await Promise.all([wantedHashes(compose), listContainers(compose.project)]);
  const images = new Map<string, string | undefined>();
  for (const { image } of containers) if (!images.has(image)) images.set(image, await imageIdOf(image));
  const isCurrent = ({ configHash, image, imageId, state }: Container, service: string): boolean =>
    state === 'running' && configHash === hashes.get(service) && (images.get(image) ?? imageId) === imageId;
  return new Set(
    names.filter((service) => {
      const own = containers.filter((container) => container.service === service);
      const isOld = (container: Container) => !isCurrent(container, service) || hasOldSettings(container, compose.dir);
      return own.length === 0 || own.some(isOld);
    }),
  );
};
