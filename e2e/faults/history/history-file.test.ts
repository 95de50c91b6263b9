import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { HistoryRecord } from '@messox/client/checker';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readHistory, writeHistory } from './history-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'messox-history-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('reads what it wrote, whatever people write', async () => {
  const text = 'line\nline \u2028 and "quotes" \ufeff 👩‍👩‍👧‍👦';
  const entry = { channelId: 1, kind: 'message', senderId: 1, clientId: 'c', text } as const;
  const records: HistoryRecord[] = [
    { type: 'invoke', at: 1.5, call: '1', entry },
    { type: 'ok', at: 2.25, call: '1', seq: 1 },
  ];
  const file = path.join(folder, 'history.jsonl');
  await writeHistory(file, records);
  expect(await readHistory(file)).toEqual(records);
});

it('names the line that it cannot read', async () => {
  const file = path.join(folder, 'torn.jsonl');
  await writeFile(file, '{"type":"info","at":1,"call":"1"}\n{"type":"in');
  await expect(readHistory(file)).rejects.toThrow(/^Line 2 of .*torn\.jsonl is not JSON$/);
});
