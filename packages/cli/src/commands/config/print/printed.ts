import type { OptionsOf } from '../../../framework/spec.ts';
import type { spec } from './spec.ts';

export type PrintOptions = OptionsOf<typeof spec>;

/** A text for another program. */
export interface Printed {
  readonly text: string;
  /** Where it is to be saved, if it is a file of its own. */
  readonly path?: string;
  /** What is to be known and done besides, in sentences. */
  readonly notes: readonly string[];
}
