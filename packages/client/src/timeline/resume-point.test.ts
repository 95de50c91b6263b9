import { expect, test } from 'vitest';
import { memoryStorage, unexpected } from '../test/fixtures.ts';
import { ResumePoint } from './resume-point.ts';

const openPoint = async (storage = memoryStorage()) => {
  const point = new ResumePoint({ storage, onProblem: unexpected });
  await point.open('notes');
  return { storage, point };
};

const deferred = () => {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
};

const stored = (storage: ReturnType<typeof memoryStorage>): unknown =>
  JSON.parse(storage.values.get('notes') ?? 'null');

test('the next life starts from what was stored', async () => {
  const { storage, point } = await openPoint();
  point.adoptEpoch('first');
  point.advance(1, 7, undefined);
  point.advance(2, 3, undefined);
  point.advance(2, undefined, undefined);
  await point.settled();
  const { point: later } = await openPoint(storage);
  expect(later.epoch).toBe('first');
  expect([...later.cursors]).toEqual([[1, 7]]);
});

test('a cursor is stored when the handlers are done with everything up to it', async () => {
  const { storage, point } = await openPoint();
  point.adoptEpoch('first');
  const [slow, slower] = [deferred(), deferred()];
  point.advance(1, 1, undefined);
  point.advance(1, 2, slow.promise);
  point.advance(1, 3, slower.promise);
  point.advance(2, 9, undefined);
  expect(point.cursors.get(1)).toBe(3);
  await point.settled();
  expect(stored(storage)).toEqual({ epoch: 'first', cursors: { 1: 1 } });

  slower.resolve();
  await slower.promise;
  await point.settled();
  expect(stored(storage)).toEqual({ epoch: 'first', cursors: { 1: 1 } });

  slow.resolve();
  await slow.promise;
  await point.settled();
  expect(stored(storage)).toEqual({ epoch: 'first', cursors: { 1: 3, 2: 9 } });
});

test('a handler that is done moves the stored cursor to its entry and no further', async () => {
  const { storage, point } = await openPoint();
  point.adoptEpoch('first');
  const [first, second] = [deferred(), deferred()];
  point.advance(1, 1, first.promise);
  point.advance(1, 2, second.promise);
  point.advance(1, 3, deferred().promise);
  first.resolve();
  await first.promise;
  await point.settled();
  expect(stored(storage)).toEqual({ epoch: 'first', cursors: { 1: 1 } });
  second.resolve();
  await second.promise;
  await point.settled();
  expect(stored(storage)).toEqual({ epoch: 'first', cursors: { 1: 2 } });
});

test('another epoch drops the cursors, and what its handlers finish later', async () => {
  const { storage, point } = await openPoint();
  point.adoptEpoch('first');
  const late = deferred();
  point.advance(2, 8, undefined);
  point.advance(1, 9, late.promise);
  point.adoptEpoch('second');
  point.advance(1, 2, undefined);
  late.resolve();
  await late.promise;
  await point.settled();
  expect(stored(storage)).toEqual({ epoch: 'second', cursors: { 1: 2 } });
});

test.each(['nonsense', '{"cursors":{"1":5}}', '{"epoch":"first","cursors":{"1":-3,"2":"x"}}', 'null'])(
  'notes that make no sense count for nothing: %s',
  async (json) => {
    const storage = memoryStorage();
    storage.values.set('notes', json);
    const { point } = await openPoint(storage);
    expect([...point.cursors]).toEqual([]);
  },
);

test('forgets all', async () => {
  const { storage, point } = await openPoint();
  point.adoptEpoch('first');
  point.advance(1, 1, undefined);
  point.forget();
  await point.settled();
  expect(point.epoch).toBeUndefined();
  expect(storage.values.size).toBe(0);
});
