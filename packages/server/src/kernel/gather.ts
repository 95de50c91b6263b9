export interface GatherOptions<K> {
  /** Reads that may be under way at once. */
  readonly parallel: number;
  /** The weight of one read at the most; a single question may weigh more. */
  readonly weight: number;
  /** What a question weighs; 1 when not given. */
  readonly weigh?: (question: K) => number;
}

interface Asked<K, V> {
  readonly question: K;
  readonly resolve: (answer: V) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Answers many questions by one read: those of one turn of the event loop, and those that come while as many reads as may
 * be are under way, go out together. A question is never answered by a read that began before it was asked.
 *
 * @param read answers these questions, in their order
 */
export const gather = <K, V>(
  read: (questions: readonly K[]) => Promise<readonly V[]>,
  { parallel, weigh = () => 1, weight }: GatherOptions<K>,
): ((question: K) => Promise<V>) => {
  let asked: Asked<K, V>[] = [];
  let underWay = 0;
  let planned = false;

  const take = (): Asked<K, V>[] => {
    let count = 0;
    for (let room = weight; count < asked.length; count += 1) {
      const next = asked[count];
      if (next) room -= weigh(next.question);
      if (room < 0 && count > 0) break;
    }
    const those = asked.slice(0, count);
    asked = asked.slice(count);
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

  const start = (): void => {
    planned = false;
    while (asked.length > 0 && underWay < parallel) {
      underWay += 1;
      void run(take());
    }
  };

  return (question) =>
    new Promise((resolve, reject) => {
      asked.push({ question, resolve, reject });
      if (planned || underWay >= parallel) return;
      planned = true;
      setImmediate(start);
    });
};
