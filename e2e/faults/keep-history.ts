import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeHistory } from './history/history-file.ts';
import type { Round } from './run-round.ts';

const folder = fileURLToPath(new URL('../../node_modules/.cache/messox-faults/', import.meta.url)).replace(
  '/e2e/node_modules/',
  '/node_modules/',
);

/** Keeps the history of a round that went wrong, and says where. */
export const keepHistory = async ({ records, seed }: Round): Promise<string> => {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${seed}.jsonl`);
  await writeHistory(file, records);
  return file;
};
