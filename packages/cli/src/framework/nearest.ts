/** Edits (insert, delete, replace, swap neighbours) that make `a` of `b`. */
const distance = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (same ? 0 : 1),
          swapped ? at(i - 2, j - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(a.length, b.length);
};

/** The candidate that `word` was most likely meant to be, if one is near. */
export const nearest = (word: string, candidates: readonly string[]): string | undefined => {
  const wanted = word.toLowerCase();
  const scored = candidates
    .map((candidate) => {
      const known = candidate.toLowerCase();
      const begins = wanted.length >= 3 && known.startsWith(wanted);
      return { candidate, score: begins ? 1 : distance(wanted, known) };
    })
    .sort((a, b) => a.score - b.score);
  const [best] = scored;
  return best && best.score <= Math.max(1, Math.floor(Math.max(wanted.length, 3) / 3)) ? best.candidate : undefined;
};
