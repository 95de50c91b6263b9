import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { HistoryRecord } from '@messox/client/checker';

/** Writes a history as JSON Lines. */
export const writeHistory = (file: string, records: readonly HistoryRecord[]): Promise<void> => {
  const lines = function* (): Generator<string> {
    for (const record of records) yield `${JSON.stringify(record)}\n`;
  };
  return pipeline(Readable.from(lines()), createWriteStream(file));
};

/** @throws SyntaxError naming the line that is no JSON */
export const readHistory = async (file: string): Promise<HistoryRecord[]> => {
  const records: HistoryRecord[] = [];
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity }))
    try {
      records.push(JSON.parse(line) as HistoryRecord);
    } catch (cause) {
      throw new SyntaxError(`Line ${records.length + 1} of ${file} is not JSON`, { cause });
    }
  return records;
};
