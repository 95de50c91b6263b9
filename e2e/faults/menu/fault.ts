import type { Cluster } from '../cluster/cluster.ts';
import type { Dice } from '../dice.ts';

/** One occurrence of a fault. */
export interface Blow {
  /** What it hits; one thing is hit by one fault at a time. */
  readonly targets: readonly string[];
  /** Of several sorts of target the one that it hits, for the report: the role of a server. */
  readonly sort?: string;
  /** Does it. What is started by it and must end with the run is ended by `heal`. */
  readonly inject: () => Promise<void>;
  /** Undoes it, as far as the cluster does not mend itself. */
  readonly heal: () => Promise<void>;
  /** How long it lasts, in milliseconds; a moment when not given. */
  readonly lastsMs?: readonly [number, number];
}

/** Something that goes wrong in real life. */
export interface Fault {
  readonly name: string;
  /** How often it is chosen, compared with the others; 1 when not given. */
  readonly weight?: number;
  /** Why it cannot be made here; undefined when it can. */
  needs(cluster: Cluster): string | undefined;
  /** Chooses what to hit. */
  aim(cluster: Cluster, dice: Dice): Blow;
}

export const always = (): undefined => undefined;
export const nothing = (): Promise<void> => Promise.resolve();
