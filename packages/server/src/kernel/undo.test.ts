import { expect, it } from 'vitest';
import { Undo } from './undo.ts';

it('runs the steps from the last to the first, and one that fails keeps no other from its turn', async () => {
  const undo = new Undo();
  const ran: string[] = [];
  undo.push(() => void ran.push('first'));
  undo.push(() => {
    ran.push('second');
    throw new Error('no');
  });
  undo.push(async () => {
    await Promise.resolve();
    ran.push('third');
    throw new Error('neither');
  });
  await expect(undo.run()).rejects.toMatchObject({
    errors: [expect.objectContaining({ message: 'neither' }), expect.objectContaining({ message: 'no' })],
  });
  expect(ran).toEqual(['third', 'second', 'first']);
});

it('runs each step once, those too that come while it runs', async () => {
  const undo = new Undo();
  const ran: string[] = [];
  undo.push(() => void ran.push('first'));
  undo.push(() => {
    ran.push('second');
    undo.push(() => void ran.push('late'));
  });
  await undo.run();
  await undo.run();
  expect(ran).toEqual(['second', 'late', 'first']);
});
