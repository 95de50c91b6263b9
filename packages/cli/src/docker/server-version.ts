import { isNewer } from '../archive/is-newer.ts';
import type { Container } from './containers.ts';
import { isRunningProcess } from './services.ts';

/** The version of messox in the name of the server's image, `chat-server:0.2.0`; undefined where the admin has named another. */
export const versionInImage = (image: string): string | undefined => /-server:(\d+\.\d+\.\d+\S*)$/.exec(image)?.[1];

/** The process of the server that runs the oldest version: where not all were replaced, it is what there was before. */
export const oldestProcess = (containers: readonly Container[]): Container | undefined => {
  const running = containers.filter(isRunningProcess);
  return running.reduce<Container | undefined>((oldest, one) => {
    const [version, least] = [versionInImage(one.image), oldest && versionInImage(oldest.image)];
    if (oldest === undefined || (least === undefined && version !== undefined)) return one;
    return version !== undefined && least !== undefined && isNewer(least, version) ? one : oldest;
  }, undefined);
};

/** The oldest version that a process of the server runs; undefined while none does. */
export const runningVersion = (containers: readonly Container[]): string | undefined => {
  const oldest = oldestProcess(containers);
  return oldest && versionInImage(oldest.image);
};
