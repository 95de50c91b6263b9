import { fileURLToPath } from 'node:url';

/** A program of `../processes` as Node runs it: compiled, also when this file itself is run from its source. */
export const program = (name: string): string => {
  const file = fileURLToPath(new URL(`../processes/${name}.js`, import.meta.url));
  return file.includes('/dist/') ? file : file.replace('/e2e/faults/', '/e2e/dist/faults/');
};
