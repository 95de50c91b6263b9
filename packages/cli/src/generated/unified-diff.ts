import { createTwoFilesPatch } from 'diff';

/** The difference of two texts as `diff -u` prints it; no lines where there is none. A text that is undefined is no file. */
export const unifiedDiff = (path: string, before: string | undefined, after: string | undefined): string[] => {
  if (before === after) return [];
  const name = (side: string, text: string | undefined): string =>
    text === undefined ? '/dev/null' : `${side}/${path}`;
  const patch = createTwoFilesPatch(
    name('a', before),
    name('b', after),
    before ?? '',
    after ?? '',
    undefined,
    undefined,
    {
      context: 3,
    },
  );
  return patch
    .split('\n')
    .filter((line, at) => at > 0 || !line.startsWith('==='))
    .slice(0, -1);
};
