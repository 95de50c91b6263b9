import { isDeepStrictEqual } from 'node:util';
import { stackOf } from '../../generated/render-project.ts';
import type { Settings } from '../../project/schema.ts';
import { renderStack } from '../../stack/index.ts';

/** What to do so that changed settings hold in a server that Docker runs; `before` is undefined where they were invalid. */
export const untilStackHolds = (dir: string, before: Settings | undefined, now: Settings): string => {
  const files = (settings: Settings) => renderStack(stackOf(dir, settings));
  const areSame = before?.mode === now.mode && isDeepStrictEqual(files(before), files(now));
  return areSame
    ? 'A server that runs takes it with: `messox restart`'
    : 'It changes generated files, which are written and taken by a server that runs with: `messox up -d`';
};
