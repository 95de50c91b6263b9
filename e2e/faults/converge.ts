import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@messox/client';
import type { World } from './clients/people.ts';

const headsOf = async (client: Client): Promise<Map<number, number>> => {
  const heads = new Map<number, number>();
  for await (const { head, id } of client.api.allChannels()) heads.set(id, head);
  return heads;
};

const isWhole = async ({ devices }: World): Promise<boolean> => {
  if (devices.some(({ flying }) => flying > 0)) return false;
  const whole = devices.map(async ({ client, known }) => {
    const heads = await headsOf(client).catch(() => undefined);
    return heads !== undefined && [...heads].every(([channelId, head]) => known.get(channelId)?.cursor === head);
  });
  return (await Promise.all(whole)).every(Boolean);
};

/**
 * Everybody is online, and waits until every send has its answer and every device has everything. Resolves with how
 * long it took, or undefined when it was not so after `patienceMs`: what is missing then is for the checker to name.
 */
export const converge = async (world: World, patienceMs: number): Promise<number | undefined> => {
  const begin = performance.now();
  const connected = Promise.all(world.devices.map((device) => device.connect()));
  await Promise.race([connected, delay(patienceMs, undefined, { ref: false })]);
  while (!(await isWhole(world))) {
    if (performance.now() > begin + patienceMs) return undefined;
    await delay(100);
  }
  return performance.now() - begin;
};
