import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { isNewer } from '../archive/is-newer.ts';

const noteSchema = z.strictObject({
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  /** What an administrator has to know or to do, a sentence each. */
  notes: z.array(z.string().min(1)),
  /** No upgrade leaves this version out: what it does to the database is needed by those that follow. */
  hardStop: z.literal(true).optional(),
  /** It takes away what the version before uses: there is no way back to that but a backup. */
  contracts: z.literal(true).optional(),
});

export type ReleaseNote = z.infer<typeof noteSchema>;

/** The notes of this version and of all before it, the oldest first. */
export const readReleaseNotes = (): ReleaseNote[] =>
  z.array(noteSchema).parse(JSON.parse(readFileSync(new URL('../../upgrade-notes.json', import.meta.url), 'utf8')));

export interface Span {
  /** Undefined where nobody knows any more: then it is as if it were older than all. */
  readonly from: string | undefined;
  readonly to: string;
}

const oldest = '0.0.0';

/** What is new to whoever comes from `from`. */
export const notesBetween = (all: readonly ReleaseNote[], { from = oldest, to }: Span): ReleaseNote[] =>
  all.filter(({ version }) => isNewer(version, from) && !isNewer(version, to));

/** The first version on the way that must not be left out. One to which the way leads is not left out. */
export const hardStopBetween = (all: readonly ReleaseNote[], { from = oldest, to }: Span): ReleaseNote | undefined =>
  all.find(({ hardStop, version }) => hardStop === true && isNewer(version, from) && isNewer(to, version));
