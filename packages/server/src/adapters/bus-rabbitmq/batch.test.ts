import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../testing/mischievous-bus.ts';
import type { BusRecord } from './batch.ts';
import { BatchError, decodeBatch } from './decode-batch.ts';
import { encodeBatch } from './encode-batch.ts';
import { entry } from './test-bus.test.fixture.ts';

const publisher = randomBytes(8);
const records: BusRecord[] = [
  { shard: 1, tally: 1, message: { entries: [entry(1, 1, '{"text":"número 🙂"}'), entry(1_025, 7)] } },
  { shard: 1_023, tally: 0xff_ff_ff_ff, message: { entries: [entry(2 ** 52 + 1_023, Number.MAX_SAFE_INTEGER)] } },
  { shard: 3, tally: 0, message: { signal: { channelId: 3, event: 'typing', json: '{}' } } },
  { shard: 4, tally: 9, message: undefined },
  { shard: 5, tally: 2, message: { entries: [] } },
];
const all = (): boolean => true;

describe('a batch', () => {
  it('is read as it was written', () => {
    const decoded = decodeBatch(encodeBatch(publisher, records), all);
    expect(decoded).toEqual({ publisher: publisher.toString('latin1'), records });
  });

  it('is passed over where its shards are not wanted', () => {
    const { records: read } = decodeBatch(encodeBatch(publisher, records), (shard) => shard === 3);
    expect(read).toEqual([records[2]]);
  });

  it('does not repeat the texts in another form', () => {
    const json = JSON.stringify({ text: '"quoted"\\' });
    const bytes = encodeBatch(publisher, [{ shard: 1, tally: 1, message: { entries: [entry(1, 1, json)] } }]);
    expect(bytes.includes(json)).toBe(true);
    expect(bytes.length).toBeLessThan(json.length + 64);
  });

  it('refuses a name that its length does not hold', () => {
    const signal = { channelId: 1, event: 'x'.repeat(256), json: '{}' };
    expect(() => encodeBatch(publisher, [{ shard: 1, tally: 0, message: { signal } }])).toThrow(RangeError);
  });
});

describe('bytes that are no batch', () => {
  const whole = encodeBatch(publisher, records);
  const changed = (at: number, value: number): Buffer => {
    const bytes = Buffer.from(whole);
    bytes[at] = value;
    return bytes;
  };

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('{"entries":[]}')],
    ['another version', changed(2, 2)],
    ['a shard that does not exist', changed(11, 0xff)],
    ['a type that is not known', changed(17, 9)],
    ['a length beyond the end', changed(18, 0xff)],
    ['a channel of another shard', changed(29, 0xff)],
    ['a text that is not UTF-8', Buffer.from(whole.toString('latin1').replace('text', 'te\xfft'), 'latin1')],
    ['something after the end', Buffer.concat([whole, Buffer.alloc(1)])],
  ])('%s is refused', (_, bytes) => expect(() => decodeBatch(bytes, all)).toThrow(BatchError));

  it('are refused wherever they end, and whatever was changed in them does no harm', () => {
    const boundaries = new Set(records.map((_, count) => encodeBatch(publisher, records.slice(0, count)).length));
    for (let length = 0; length < whole.length; length += 1)
      if (!boundaries.has(length)) expect(() => decodeBatch(whole.subarray(0, length), all)).toThrow(BatchError);
    const random = seededRandom(7);
    for (let round = 0; round < 5_000; round += 1) {
      const bytes = changed(Math.floor(random() * whole.length), Math.floor(random() * 256));
      try {
        decodeBatch(bytes, all);
      } catch (error) {
        expect(error).toBeInstanceOf(BatchError);
      }
    }
  });
});
