import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** Renders into a folder, and is killed before the change of the file system whose number, from 0, is given. */
const [dir = '', last = '0'] = process.argv.slice(2);
let left = Number(last);
for (const name of ['mkdirSync', 'openSync', 'writeSync', 'fsyncSync', 'renameSync', 'rmSync'] as const) {
  const change = fs[name] as (...args: unknown[]) => unknown;
  Object.assign(fs, {
    [name]: (...args: unknown[]): unknown => {
      if (left === 0) process.kill(process.pid, 'SIGKILL');
      left -= 1;
      return change(...args);
    },
  });
}
syncBuiltinESMExports();

const { applyGenerated } = await import('./apply-plan.ts');
const { planFiles } = await import('./plan-files.ts');
const { readFolder } = await import('./read-folder.ts');
const files = [
  { path: 'compose.yaml', mode: 0o644, content: 'one\ntwo\nthree\nfour\nfive\nb\n' },
  { path: 'nginx/nginx.conf', mode: 0o640, content: '# b\n' },
];
applyGenerated(dir, { plan: planFiles(files, readFolder(dir, files)), once: [] }, '1.0.0');
