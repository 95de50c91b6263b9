import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Fault } from './fault.ts';

const run = promisify(execFile);

/** The file system of the database is full for a while; PostgreSQL refuses to write, or gives up. */
export const fullDisk: Fault = {
  name: 'disk full',
  needs: ({ database }) =>
    database.disk === undefined
      ? 'the database has no file system of its own here: that takes root and mount'
      : undefined,
  aim: ({ database }) => {
    const file = `${database.disk ?? ''}/filler`;
    return {
      targets: ['database'],
      lastsMs: [500, 3_000],
      inject: async () => {
        // Down to the last page; fallocate takes all or nothing.
        for (let mib = 4_096; mib >= 1; mib /= 2)
          await run('fallocate', ['--keep-size', '--length', `${mib}MiB`, `${file}-${mib}`]).catch(() => undefined);
        await run('dd', ['if=/dev/zero', `of=${file}-rest`, 'bs=4096', 'status=none']).catch(() => undefined);
      },
      heal: async () => {
        for (let mib = 4_096; mib >= 1; mib /= 2) await rm(`${file}-${mib}`, { force: true });
        await rm(`${file}-rest`, { force: true });
        await database.start();
      },
    };
  },
};
