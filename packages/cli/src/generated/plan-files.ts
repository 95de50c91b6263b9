import type { GeneratedFile } from './generated-file.ts';
import { type Manifest, sha256 } from './manifest.ts';
import { mergeEdits } from './merge-edits.ts';

/** What becomes of one file. */
export type FileAction =
  /** It is as it is to be. */
  | 'same'
  | 'create'
  /** Nobody changed it, and the settings or the version of messox did. */
  | 'replace'
  /** Somebody changed it, and nothing else did: it is kept. */
  | 'edited'
  /** Somebody changed it and so did the settings, in different places. */
  | 'merge'
  /** Somebody changed what the settings change, too: it is kept, and the generated one is written beside it. */
  | 'conflict'
  /** Somebody removed it on purpose: it stays away. */
  | 'removed'
  /** Somebody else's file has its place: it is kept, and the generated one is written beside it. */
  | 'foreign'
  /** It is generated no more, and nobody changed it. */
  | 'delete'
  /** It is generated no more, but somebody changed it: it is left to them. */
  | 'abandon';

export interface PlannedFile {
  readonly path: string;
  readonly action: FileAction;
  /** As generated now; undefined where it is no more. */
  readonly next: GeneratedFile | undefined;
  /** What it will hold; undefined where it is not written. */
  readonly content: string | undefined;
  /** What it holds now; undefined where there is none. */
  readonly current: string | undefined;
  /** As generated last, where that is known. */
  readonly base: string | undefined;
}

/** What is known about the folder. Paths that are not in a map are not there. */
export interface FolderState {
  readonly manifest: Manifest;
  readonly current: ReadonlyMap<string, string>;
  readonly base: ReadonlyMap<string, string>;
}

export interface PlanOptions {
  /** Whether what was removed comes back. */
  readonly recreate?: boolean;
}

interface Facts {
  readonly sha256: string | undefined;
  readonly base: string | undefined;
  readonly current: string | undefined;
}

/** The base is written before the file that it is of: an interruption in between leaves a base that is ahead of the manifest. */
const isUntouched = ({ base, current, sha256: last }: Facts): boolean =>
  current !== undefined && (sha256(current) === last || current === base);

const planEdited = ({ base, sha256: last }: Facts, current: string, next: string): [FileAction, string?] => {
  if (sha256(next) === last) return ['edited'];
  const merged = base === undefined ? undefined : mergeEdits(current, base, next);
  if (merged === undefined) return ['conflict'];
  // They have made the change by hand, and more.
  return merged === current ? ['edited'] : ['merge', merged];
};

const planNext = (facts: Facts, next: string, recreate: boolean): [FileAction, string?] => {
  const { current, sha256: last } = facts;
  if (current === undefined) return last === undefined || recreate ? ['create', next] : ['removed'];
  if (current === next) return ['same'];
  if (last === undefined) return ['foreign'];
  return isUntouched(facts) ? ['replace', next] : planEdited(facts, current, next);
};

const planStale = (facts: Facts): FileAction => (isUntouched(facts) ? 'delete' : 'abandon');

/**
 * What writing the generated files would do to a folder, by three contents of each: as generated last, on disk, and
 * as generated now. As dpkg does it with configuration files (Debian policy, 10.7), with a merge as ucf has it.
 */
export const planFiles = (
  files: readonly GeneratedFile[],
  { base, current, manifest }: FolderState,
  { recreate = false }: PlanOptions = {},
): PlannedFile[] => {
  const factsOf = (path: string): Facts => ({
    sha256: manifest.files[path]?.sha256,
    base: base.get(path),
    current: current.get(path),
  });
  const planned = files.map((next): PlannedFile => {
    const facts = factsOf(next.path);
    const [action, content] = planNext(facts, next.content, recreate);
    return { path: next.path, action, next, content, current: facts.current, base: facts.base };
  });
  const generated = new Set(files.map(({ path }) => path));
  const stale = Object.keys(manifest.files).filter((path) => !generated.has(path) && current.has(path));
  return [
    ...planned,
    ...stale.map((path): PlannedFile => {
      const facts = factsOf(path);
      return {
        path,
        action: planStale(facts),
        next: undefined,
        content: undefined,
        current: facts.current,
        base: facts.base,
      };
    }),
  ];
};

/** The same plan where nobody is there to look at a merge: what was edited is kept as it is. */
export const withoutMerges = (plan: readonly PlannedFile[]): PlannedFile[] =>
  plan.map((file) => (file.action === 'merge' ? { ...file, action: 'conflict', content: undefined } : file));

/** Whether applying the plan would write or remove anything of the files themselves. */
export const changesFiles = (plan: readonly PlannedFile[]): boolean =>
  plan.some(({ action }) => ['create', 'replace', 'merge', 'delete'].includes(action));

/** Whether the folder holds anything else than what is generated now. */
export const hasDrift = (plan: readonly PlannedFile[]): boolean => plan.some(({ action }) => action !== 'same');
