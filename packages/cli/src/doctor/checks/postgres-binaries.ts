import { existsSync } from 'node:fs';
import { beforeStart, fail, ok, type Check } from '../check.ts';
import { findPostgres } from '../postgres.ts';

const reinstall = 'Install messox again, with optional dependencies: npm install --include=optional';

export const postgresBinaries: Check = {
  id: 'postgres-binaries',
  title: 'PostgreSQL',
  group: 'data',
  when: ['doctor', ...beforeStart],
  modes: ['embedded'],
  run: async () => {
    const postgres = findPostgres();
    if (!postgres) return fail(`there is none for ${process.platform} on ${process.arch}`, reinstall);
    if (!existsSync(postgres.program)) return fail(`${postgres.program} does not exist`, reinstall);
    // Libraries that the install script would have linked are linked by the first start.
    if (postgres.missingLinks > 0) return ok(`${postgres.version}, whose libraries the first start links`);
    const { execa } = await import('execa');
    const { stdout, stderr, failed } = await execa(postgres.program, ['--version'], { reject: false, timeout: 10_000 });
    if (failed) return fail(`it cannot be run: ${stderr.split('\n')[0] ?? ''}`, reinstall);
    return ok(stdout.trim());
  },
};
