import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { startEmbeddedPostgres } from './index.ts';
import { testFolder } from './testing.ts';

const run = promisify(execFile);

/** The path of a cluster that is yet to be made, in a temporary folder that goes with the running test. */
export async function newDataDir(): Promise<string> {
  const folder = await testFolder();
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return path.join(folder, 'postgres');
}

export const PASSWORD = 'secret';
let template: Promise<string> | undefined;

/** The same with a stopped cluster in it that knows `PASSWORD`; copied, which takes a fraction of the time of initdb. */
export async function newCluster(): Promise<string> {
  const dataDir = await newDataDir();
  await run('cp', ['-pPR', await (template ??= makeTemplate()), dataDir]);
  return dataDir;
}

/** It stays for all test files of this process. */
async function makeTemplate(): Promise<string> {
  const folder = await testFolder();
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const dataDir = path.join(folder, 'postgres');
  await (await startEmbeddedPostgres({ dataDir, password: PASSWORD })).stop();
  return dataDir;
}
