import { expect, it, vi } from 'vitest';
import { gather } from './gather.ts';

/** Reads that end when the test says so. */
const reads = () => {
  const open: { questions: readonly number[]; end: (error?: Error) => void }[] = [];
  const read = (questions: readonly number[]): Promise<string[]> =>
    new Promise((resolve, reject) => {
      const end = (error?: Error): void => (error ? reject(error) : resolve(questions.map((it) => `answer ${it}`)));
      open.push({ questions, end });
    });
  return { open, read };
};

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('asks at once for what comes in one turn, and gives each its own answer', async () => {
  const { open, read } = reads();
  const ask = gather(read, { parallel: 1, weight: 10 });
  const answers = Promise.all([ask(3), ask(1), ask(2)]);
  await turn();
  expect(open.map(({ questions }) => questions)).toEqual([[3, 1, 2]]);
  open[0]?.end();
  expect(await answers).toEqual(['answer 3', 'answer 1', 'answer 2']);
});

it('asks anew for what comes while a read is under way, even the same', async () => {
  const { open, read } = reads();
  const ask = gather(read, { parallel: 1, weight: 10 });
  const first = ask(1);
  await turn();
  const later = Promise.all([ask(1), ask(2)]);
  await turn();
  expect(open).toHaveLength(1);
  open[0]?.end();
  await first;
  await turn();
  expect(open.map(({ questions }) => questions)).toEqual([[1], [1, 2]]);
  open[1]?.end();
  expect(await later).toEqual(['answer 1', 'answer 2']);
});

it('keeps to the weight of a read and the number of reads, and holds no question back that weighs more', async () => {
  const { open, read } = reads();
  const ask = gather(read, { parallel: 2, weight: 10, weigh: (it) => it });
  const answers = Promise.all([ask(50), ask(4), ask(6), ask(1), ask(9)]);
  await turn();
  expect(open.map(({ questions }) => questions)).toEqual([[50], [4, 6]]);
  open[0]?.end();
  await turn();
  expect(open.map(({ questions }) => questions)).toEqual([[50], [4, 6], [1, 9]]);
  for (const { end } of open) end();
  expect(await answers).toHaveLength(5);
});

it('hands a failure to those who asked, and goes on', async () => {
  const { open, read } = reads();
  const ask = gather(read, { parallel: 1, weight: 10 });
  const failing = Promise.allSettled([ask(1), ask(2)]);
  await turn();
  open[0]?.end(new Error('away'));
  expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const next = ask(3);
  await turn();
  open[1]?.end();
  expect(await next).toBe('answer 3');
});

it('waits from the start of a read to the next, so that more go together, unless there is enough for a whole one', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  try {
    const { open, read } = reads();
    const ask = gather(read, { parallel: 1, weight: 3, spacingMs: 5 });
    const answers = [ask(1)];
    await turn();
    expect(open.map(({ questions }) => questions)).toEqual([[1]]); // the first waits for nothing
    open[0]?.end();
    await answers[0];
    answers.push(ask(2));
    await turn();
    answers.push(ask(3));
    await vi.advanceTimersByTimeAsync(4);
    expect(open).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(open.map(({ questions }) => questions)).toEqual([[1], [2, 3]]);
    open[1]?.end();
    await answers[2];
    answers.push(ask(4), ask(5), ask(6), ask(7));
    await turn();
    expect(open[2]?.questions).toEqual([4, 5, 6]);
    open[2]?.end();
    await vi.advanceTimersByTimeAsync(5);
    expect(open[3]?.questions).toEqual([7]);
    open[3]?.end();
    expect(await Promise.all(answers)).toHaveLength(7);
  } finally {
    vi.useRealTimers();
  }
});
