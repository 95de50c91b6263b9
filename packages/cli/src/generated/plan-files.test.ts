import { describe, expect, it } from 'vitest';
import { sha256, type Manifest } from './manifest.ts';
import { type FileAction, hasDrift, planFiles, withoutMerges } from './plan-files.ts';

const path = 'compose.yaml';
const text = (...lines: string[]): string => `${lines.join('\n')}\n`;
const old = text('one', 'two', 'three', 'four', 'five', 'six', 'seven');
const next = text('one', 'two', 'three', 'four', 'five', 'six', 'SEVEN');
const edited = text('ONE', 'two', 'three', 'four', 'five', 'six', 'seven');
const both = text('ONE', 'two', 'three', 'four', 'five', 'six', 'SEVEN');
const clash = text('one', 'two', 'three', 'four', 'five', 'six', 'siete');

interface Case {
  readonly last?: string;
  readonly base?: string;
  readonly disk?: string;
  readonly now?: string;
  readonly recreate?: boolean;
}

const plan = ({ base, disk, last, now, recreate = false }: Case) => {
  const manifest: Manifest = {
    files: last === undefined ? {} : { [path]: { sha256: sha256(last), mode: 0o644, version: '1.0.0' } },
    made: [],
  };
  const kept = base ?? last;
  const state = {
    manifest,
    current: new Map(disk === undefined ? [] : [[path, disk]]),
    base: new Map(kept === undefined ? [] : [[path, kept]]),
  };
  return planFiles(now === undefined ? [] : [{ path, mode: 0o644, content: now }], state, { recreate });
};

describe('the plan of a generated file', () => {
  it.each<[string, Case, FileAction, string | undefined]>([
    ['new', { now: next }, 'create', next],
    ['as it is to be', { last: old, disk: old, now: old }, 'same', undefined],
    ['untouched while the settings changed', { last: old, disk: old, now: next }, 'replace', next],
    ['edited while nothing else changed', { last: old, disk: edited, now: old }, 'edited', undefined],
    ['edited elsewhere than the settings', { last: old, disk: edited, now: next }, 'merge', both],
    ['edited where the settings changed', { last: old, disk: clash, now: next }, 'conflict', undefined],
    ['edited to what it is to be', { last: old, disk: next, now: next }, 'same', undefined],
    ['edited to that and more', { last: old, disk: both, now: next }, 'edited', undefined],
    ['removed', { last: old, now: old }, 'removed', undefined],
    ['removed while the settings changed', { last: old, now: next }, 'removed', undefined],
    ['removed and wanted back', { last: old, now: next, recreate: true }, 'create', next],
    ['of somebody else', { disk: 'mine\n', now: next }, 'foreign', undefined],
    ['the same by somebody else', { disk: next, now: next }, 'same', undefined],
    ['generated no more', { last: old, disk: old }, 'delete', undefined],
    ['generated no more, and edited', { last: old, disk: edited }, 'abandon', undefined],
  ])('that is %s', (_, given, action, content) => {
    expect(plan(given)).toEqual([expect.objectContaining({ path, action, content })]);
  });

  it('is nothing for one that is gone and generated no more', () => expect(plan({ last: old })).toEqual([]));

  it('keeps an edited file whose base is lost', () => {
    const [file] = planFiles([{ path, mode: 0o644, content: next }], {
      manifest: { files: { [path]: { sha256: sha256(old), mode: 0o644, version: '1' } }, made: [] },
      current: new Map([[path, edited]]),
      base: new Map(),
    });
    expect(file?.action).toBe('conflict');
  });

  it('takes no interruption for an edit, wherever it was', () => {
    const later = text('one', 'two', 'three', 'four', 'five', 'six', 'Sieben');
    // The base is written, the file is not.
    expect(plan({ last: old, base: next, disk: old, now: later })).toMatchObject([{ action: 'replace' }]);
    // The file is written, too; the manifest is not.
    expect(plan({ last: old, base: next, disk: next, now: later })).toMatchObject([{ action: 'replace' }]);
    // A merge is written, its base is not.
    expect(plan({ last: old, base: old, disk: both, now: next })).toMatchObject([{ action: 'edited' }]);
  });

  it('merges nothing that nobody looks at', () => {
    const [file] = withoutMerges(plan({ last: old, disk: edited, now: next }));
    expect(file).toMatchObject({ action: 'conflict', content: undefined });
  });

  it('has drift unless all is as it is to be', () => {
    expect(hasDrift(plan({ last: old, disk: old, now: old }))).toBe(false);
    expect(hasDrift(plan({ last: old, disk: edited, now: old }))).toBe(true);
    expect(hasDrift(plan({ last: old, disk: old, now: next }))).toBe(true);
  });
});
