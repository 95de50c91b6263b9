/** Runs `work` for 0 … `count` - 1, `places` at a time, and returns the results in order. */
export const inParallel = async <T>(
  count: number,
  places: number,
  work: (index: number) => Promise<T>,
): Promise<T[]> => {
  const results: T[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      results[index] = await work(index);
    }
  };
  await Promise.all(Array.from({ length: places }, worker));
  return results;
};
