import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectPaths } from '../../project/paths.ts';
import { fail, ok, warn, type Check, type Finding } from '../check.ts';
import { judgeDifference } from './clock-difference.ts';

/** Before the first release there was no messox. */
const earliest = Date.parse('2025-01-01T00:00:00Z');
const toleranceMs = 60_000;
const fix = 'Set the clock and keep it set: timedatectl set-ntp true';

/** Judges the time of this machine by the newest thing that it wrote itself. */
export const judgeClock = (now: number, newest: number | undefined): Finding => {
  const told = new Date(now).toISOString();
  if (now < earliest) return fail(`${told}: that is long past; tokens would not be valid`, fix);
  if (newest !== undefined && newest > now + toleranceMs)
    return warn(
      `${told}, but the folder holds something from ${new Date(newest).toISOString()}: the clock went back`,
      fix,
    );
  return ok(told);
};

const newestFile = (dir: string): number | undefined => {
  const { state, postgres, logs, settings, secrets } = projectPaths(dir);
  const inside = (folder: string) => {
    try {
      return readdirSync(folder).map((name) => join(folder, name));
    } catch {
      return [];
    }
  };
  const times = [settings, secrets, ...[state, postgres, logs].flatMap(inside)].flatMap((path) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats ? [stats.mtimeMs] : [];
  });
  return times.length === 0 ? undefined : Math.max(...times);
};

export const clock: Check = {
  id: 'clock',
  title: 'Clock',
  group: 'host',
  when: ['doctor'],
  run: async ({ dir, stack }) => {
    const own = judgeClock(Date.now(), newestFile(dir));
    // Of a Docker that has a machine of its own, whose clock stood still while this one slept.
    const aheadMs = await stack?.info().then(
      (info) => info.aheadMs,
      () => undefined,
    );
    return own.status !== 'ok' || aheadMs === undefined ? own : judgeDifference(aheadMs, 'Docker', own.why);
  },
};
