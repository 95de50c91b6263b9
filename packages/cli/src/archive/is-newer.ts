const numbers = (version: string): number[] => (/^\d+(\.\d+)*/.exec(version)?.[0] ?? '0').split('.').map(Number);

/** Whether a version is newer than another; what stands behind the numbers does not count. */
export const isNewer = (version: string, than: string): boolean => {
  const [a, b] = [numbers(version), numbers(than)];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const [left = 0, right = 0] = [a[at], b[at]];
    if (left !== right) return left > right;
  }
  return false;
};
