import type { Container } from './containers.ts';
import { isServerService } from './services.ts';

/** The version of messox in the name of the server's image, `chat-server:0.2.0`; undefined where the admin has named another. */
const versionInImage = (image: string): string | undefined => /-server:(\d+\.\d+\.\d+\S*)$/.exec(image)?.[1];

/** The version that the processes of the server run; undefined while none does. */
export const runningVersion = (containers: readonly Container[]): string | undefined => {
  const running = containers.filter(({ service, state }) => isServerService(service) && state === 'running');
  return running.map(({ image }) => versionInImage(image)).find((version) => version !== undefined);
};
