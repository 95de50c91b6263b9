import { expect, it } from 'vitest';
import type { BusMessage } from '../../ports/bus.ts';
import { chunkShards, sizeOf, splitUp, takeChunk } from './outbox.ts';
import { entry, message } from './test-bus.test.fixture.ts';

const waiting = (shard: number, it: BusMessage) => ({ shard, tally: 1, message: it, bytes: sizeOf(it) });

it('takes from the front as many as go as one', () => {
  const queue = Array.from({ length: chunkShards + 1 }, (_, shard) => waiting(shard, message(shard, 1)));
  const all = [...queue];
  expect(takeChunk(queue)).toEqual(all.slice(0, chunkShards));
  expect(queue).toEqual(all.slice(chunkShards));
});

it('takes no more bytes at once than is good, but always one', () => {
  const large = 'x'.repeat(200_000);
  const queue = [waiting(1, message(1, 1, large)), waiting(1, message(1, 2, large))];
  expect(takeChunk(queue)).toHaveLength(1);
  expect(takeChunk(queue)).toHaveLength(1);
});

it('splits a message of many entries, and keeps their order', () => {
  const entries = Array.from({ length: 50 }, (_, index) => entry(1, index + 1, 'x'.repeat(40_000)));
  const parts = splitUp({ entries });
  expect(parts.length).toBeGreaterThan(5);
  expect(parts.flatMap((part) => ('entries' in part ? part.entries : []))).toEqual(entries);
});
