import { startAllInOne } from './cluster/all-in-one.ts';
import type { Ground } from './soak.ts';

/** What rounds can be played on. */
export const grounds: readonly (Ground & { readonly needs: () => string | undefined })[] = [
  { name: 'one', start: startAllInOne, needs: () => undefined },
];
