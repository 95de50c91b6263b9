const begin = performance.now();

/** A line of the lab's own, with the seconds since its start. */
export const say = (text: string): void =>
  void process.stdout.write(`${((performance.now() - begin) / 1_000).toFixed(0).padStart(4)} s  ${text}\n`);
