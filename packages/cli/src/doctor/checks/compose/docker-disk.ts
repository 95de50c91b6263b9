import { existsSync } from 'node:fs';
import { beforeStart } from '../../check.ts';
import { GiB } from '../../size.ts';
import { judgeDisk, readDisk } from '../disk.ts';
import { needsEngine, stackCheck } from './stack-check.ts';

/** The images take two of it, while a new one is built one more, and then there is the data. */
const wants = {
  scarce: 4 * GiB,
  fix: 'docker system df (what takes the room), docker image prune (removes what nothing uses)',
};

export const dockerDisk = stackCheck({
  id: 'docker-disk',
  title: 'Disk of Docker',
  group: 'host',
  when: ['doctor', 'init', ...beforeStart],
  skip: async (facts) => {
    const reason = await needsEngine(facts);
    if (reason !== undefined) return reason;
    const { rootDir } = await facts.info();
    return existsSync(rootDir) ? undefined : `${rootDir} is not on this machine, or not for this user to see`;
  },
  run: async ({ info }) => {
    const { rootDir } = await info();
    return judgeDisk(await readDisk(rootDir), rootDir, wants);
  },
});
