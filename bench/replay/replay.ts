import { type Dialogue, scenesOf } from './dialogues.ts';
import { makePair, type Pair } from './pair.ts';
import { verifyPair } from './verify.ts';

export interface ReplayOptions {
  readonly url: string;
  /** Pairs of people who talk at the same time. */
  readonly pairs: number;
  /** Called once when half of the lines are stored: the worst moment to pull the plug. */
  readonly atHalf: () => Promise<void>;
  readonly onProgress?: (stored: number, lines: number) => void;
}

export interface ReplayReport {
  readonly dialogues: number;
  readonly languages: number;
  readonly lines: number;
  readonly devices: number;
  /** How often a device went online, first and again. */
  readonly connections: number;
  readonly seconds: number;
  /** What is wrong, one line each; empty when every device holds every line once, in order, unchanged. */
  readonly problems: readonly string[];
}

/** Turns of a dialogue that are played with the same people online. */
const sceneTurns = 40;

/** Plays dialogues between real accounts over real sockets, and holds the outcome against them. */
export const replay = async (
  dialogues: readonly Dialogue[],
  { atHalf, onProgress, pairs: count, url }: ReplayOptions,
): Promise<ReplayReport> => {
  const begin = performance.now();
  const lines = dialogues.reduce((sum, { turns }) => sum + turns.length, 0);
  let stored = 0;
  let half: Promise<void> | undefined;
  const onStored = (): void => {
    stored += 1;
    onProgress?.(stored, lines);
    if (stored >= lines / 2) half ??= atHalf();
  };
  const name = Date.now().toString(36);
  const pairs: Pair[] = [];
  for (let index = 0; index < count; index += 1) pairs.push(await makePair(url, `${name}-${index}`, onStored));
  const left = scenesOf(dialogues, sceneTurns).reverse();
  await Promise.all(
    pairs.map(async (pair) => {
      for (let next = left.pop(); next; next = left.pop()) await pair.play(next);
    }),
  );
  await half;
  const problems = (await Promise.all(pairs.map(verifyPair))).flat();
  const devices = pairs.flatMap((pair) => pair.devices);
  await Promise.all(devices.map(({ client }) => client.close()));
  return {
    dialogues: dialogues.length,
    languages: new Set(dialogues.map(({ language }) => language)).size,
    lines,
    devices: devices.length,
    connections: devices.reduce((sum, { connections }) => sum + connections, 0),
    seconds: (performance.now() - begin) / 1_000,
    problems,
  };
};
