export interface GatherOptions<K> {
  /** Reads that may be under way at once. */
  readonly parallel: number;
  /** The weight of one read at the most; a single question may weigh more. */
  readonly weight: number;
  /** What a question weighs; 1 when not given. */
  readonly weigh?: (question: K) => number;
  /** Milliseconds from the start of a read to the next, unless there is enough for a whole one; 0 when not given. */
  readonly spacingMs?: number;
}

interface Asked<K, V> {
  readonly question: K;
  readonly resolve: (answer: V) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Answers many questions by one read: those of one turn of the event loop, and those that come while as many reads as may
 * be are under way, go out together. So do those that come soon after a read began, with `spacingMs`: where many ask one after
 * the other, as many short reads would cost more than the wait. A question is never answered by a read that began before it was asked.
 *
 * @param read answers these questions, in their order
 */
export const gather = <K, V>(
  read: (questions: readonly K[]) => Promise<readonly V[]>,
  { parallel, spacingMs = 0, weigh = () => 1, weight }: GatherOptions<K>,
): ((question: K) => Promise<V>) => {
  let asked: Asked<K, V>[] = [];
  let askedWeight = 0;
  let underWay = 0;
  let spacedUntil = 0;
  let planned: NodeJS.Immediate | undefined;
  let timer: NodeJS.Timeout | undefined;

  const take = (): Asked<K, V>[] => {
    let count = 0;
    let taken = 0;
    for (const { question } of asked) {
      const its = weigh(question);
      if (count > 0 && taken + its > weight) break;
      taken += its;
      count += 1;
    }
    const those = asked.slice(0, count);
    asked = asked.slice(count);
    askedWeight -= taken;
    return those;
  };

  const run = async (those: readonly Asked<K, V>[]): Promise<void> => {
    try {
      const answers = await read(those.map(({ question }) => question));
      for (const [index, { resolve }] of those.entries()) resolve(answers[index] as V);
    } catch (error) {
      for (const { reject } of those) reject(error);
    } finally {
      underWay -= 1;
      start();
    }
  };

  const mayStart = (): boolean => asked.length > 0 && underWay < parallel;

  const waitMs = (): number => (askedWeight >= weight ? 0 : spacedUntil - performance.now());

  const start = (): void => {
    planned = undefined;
    clearTimeout(timer);
    timer = undefined;
    while (mayStart() && waitMs() <= 0) {
      underWay += 1;
      spacedUntil = performance.now() + spacingMs;
      void run(take());
    }
    if (mayStart()) timer = setTimeout(start, Math.ceil(waitMs()));
  };

  return (question) =>
    new Promise((resolve, reject) => {
      asked.push({ question, resolve, reject });
      askedWeight += weigh(question);
      if (planned || !mayStart() || (timer && askedWeight < weight)) return;
      planned = setImmediate(start);
    });
};
