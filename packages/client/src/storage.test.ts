import { expect, test } from 'vitest';
import { LatestWrite } from './storage.ts';
import { memoryStorage, unexpected } from './test/fixtures.ts';

test('writes one at a time, and of those that wait only the latest', async () => {
  const storage = memoryStorage();
  const written: (string | undefined)[] = [];
  const counting = {
    ...storage,
    set: (key: string, value: string | undefined) => {
      written.push(value);
      return storage.set(key, value);
    },
  };
  const write = new LatestWrite(counting, 'key', unexpected);
  for (const value of ['1', '2', '3']) write.put(() => value);
  await new Promise((resolve) => setImmediate(resolve));
  for (const value of ['4', '5']) write.put(() => value);
  await write.settled();
  expect(written).toEqual(['3', '5']);
  expect(storage.values.get('key')).toBe('5');
  write.put(() => undefined);
  await write.settled();
  expect(storage.values.size).toBe(0);
});

test('a write that fails is told, and the next one is tried', async () => {
  const storage = memoryStorage();
  const failures: unknown[] = [];
  let full = true;
  const failing = {
    ...storage,
    set: (key: string, value: string | undefined) =>
      full ? Promise.reject(new Error('full')) : storage.set(key, value),
  };
  const write = new LatestWrite(failing, 'key', (error) => failures.push(error));
  write.put(() => 'lost');
  await write.settled();
  expect(failures).toMatchObject([{ message: 'full' }]);
  full = false;
  write.put(() => 'kept');
  await write.settled();
  expect(storage.values.get('key')).toBe('kept');
});
