/** Edits (insert, delete, replace) that make `a` of `b`. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j += 1)
      row.push(
        Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
  }
  return row.at(-1) ?? 0;
};

/** The field that was most likely meant, if one is near. */
export const nearestField = (word: string, fields: readonly string[]): string | undefined => {
  const [best] = fields
    .map((field) => ({ field, edits: distance(word.toLowerCase(), field) }))
    .sort((a, b) => a.edits - b.edits);
  return best && best.edits <= Math.max(1, Math.floor(word.length / 3)) ? best.field : undefined;
};
