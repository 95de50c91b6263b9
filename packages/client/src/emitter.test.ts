import { expect, test } from 'vitest';
import { Emitter } from './emitter.ts';
import { unexpected } from './test/fixtures.ts';

interface Events {
  news: number;
}

test('calls every handler in order, until it is taken off', () => {
  const emitter = new Emitter<Events>(unexpected);
  const seen: string[] = [];
  const handler = (data: number): void => void seen.push(`a${data}`);
  const off = emitter.on('news', handler);
  emitter.on('news', handler);
  emitter.on('news', (data) => seen.push(`b${data}`));
  expect(emitter.emit('news', 1)).toBeUndefined();
  off();
  off();
  void emitter.emit('news', 2);
  expect(seen).toEqual(['a1', 'a1', 'b1', 'a2', 'b2']);
});

test('what handlers throw or reject with is told, and stops nobody else', async () => {
  const thrown: unknown[] = [];
  const emitter = new Emitter<Events>((error) => thrown.push(error));
  const seen: number[] = [];
  emitter.on('news', () => {
    throw new Error('at once');
  });
  emitter.on('news', () => Promise.reject(new Error('later')));
  emitter.on('news', (data) => seen.push(data));
  await emitter.emit('news', 1);
  expect(seen).toEqual([1]);
  expect(thrown).toMatchObject([{ message: 'at once' }, { message: 'later' }]);
});

test('a handler may take itself off while it is called', () => {
  const emitter = new Emitter<Events>(unexpected);
  const seen: number[] = [];
  const off: () => void = emitter.on('news', () => off());
  emitter.on('news', (data) => seen.push(data));
  void emitter.emit('news', 1);
  expect(seen).toEqual([1]);
});
