import { merge } from 'node-diff3';

/**
 * The generated file with the edits of somebody: what both changed since `base`, line by line. Undefined where both
 * changed the same lines in different ways.
 */
export const mergeEdits = (edited: string, base: string, next: string): string | undefined => {
  const lines = (text: string): string[] => text.split('\n');
  const { conflict, result } = merge(lines(edited), lines(base), lines(next), { excludeFalseConflicts: true });
  return conflict ? undefined : result.join('\n');
};
