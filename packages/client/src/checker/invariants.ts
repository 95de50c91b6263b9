import type { HistoryRecord } from './history.ts';

/** What must hold of every history, whatever went wrong meanwhile. */
export const invariants = {
  acknowledged: 'What was acknowledged is in the timeline, once, in the place that was named and as it was sent.',
  refused: 'What was refused for good is nowhere.',
  unknown: 'What nobody knows the end of is in the timeline once or not at all.',
  invented: 'Nothing is in the timeline that nobody sent.',
  unique: 'Places are numbered 1, 2, 3 … without a gap, and a clientId is stored once per sender.',
  order: 'What was acknowledged before something else was sent stands before it.',
  lane: 'What one sender sent one after the other stands in that order.',
  delivery:
    'A session gets every entry after its cursor, once, in order; gaps only over a reset; in the end it has all.',
  content: 'Whoever reads an entry, wherever and whenever, reads what was sent.',
  replay: 'A message that is sent again is answered with the same place.',
  freshness: 'What was acknowledged or seen by anybody is in every page that is asked for afterwards.',
  membership: 'Who was taken out of a channel hears nothing of it any more.',
  state: 'A snapshot with the entries after it is a fresh snapshot.',
} as const;

export type Invariant = keyof typeof invariants;

export interface Violation {
  readonly invariant: Invariant;
  /** What is wrong, in a sentence. */
  readonly message: string;
  /** The records that show it. */
  readonly records: readonly HistoryRecord[];
}

/** Where checks say what they found. */
export type Report = (
  invariant: Invariant,
  message: string,
  ...records: readonly (HistoryRecord | undefined)[]
) => void;
