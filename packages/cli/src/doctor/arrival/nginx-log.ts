import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Compose } from '../../docker/compose.ts';

const lineSchema = z.object({ address: z.string() });
const looks = 10;
const pauseMs = 300;

/** The address of the client in the line of nginx's log that has the token in its path; undefined: there is none. */
export const addressIn = (log: string, token: string): string | undefined => {
  for (const line of log.split('\n')) {
    if (!line.includes(token)) continue;
    try {
      return lineSchema.parse(JSON.parse(line.slice(line.indexOf('{')))).address;
    } catch {
      // A line of the admin's own format.
    }
  }
  return undefined;
};

/** Waits for the request to be logged, which is when it has been answered. */
export const addressInLog = async (compose: Compose, token: string): Promise<string | undefined> => {
  const words = ['logs', '--no-log-prefix', '--no-color', '--since', '2m', 'nginx'];
  for (let look = 0; look < looks; look += 1) {
    const address = addressIn(await compose.run(words, { doing: 'read the log of nginx' }), token);
    if (address !== undefined) return address;
    await delay(pauseMs);
  }
  return undefined;
};
