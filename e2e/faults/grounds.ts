import { rabbitmqMissing } from '@messox/server/testing';
import { startAllInOne } from './cluster/all-in-one.ts';
import { startMany } from './cluster/many.ts';
import type { Ground } from './soak.ts';

/** What rounds can be played on. */
export const grounds: readonly (Ground & { readonly needs: () => string | undefined })[] = [
  { name: 'one', start: startAllInOne, needs: () => undefined },
  { name: 'many', start: startMany, needs: rabbitmqMissing },
];
