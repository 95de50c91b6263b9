import type { Load } from './load/load.ts';
import type { BenchServer, ServerOptions } from './server/bench-server.ts';

/** One line of the table: what was seen beside what the same machine can do at all. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The limit measured in the same run, where there is one. */
  readonly limit?: number;
  readonly limitName?: string;
  /** What it is meant to be. */
  readonly goal?: { readonly atMost: number } | { readonly atLeast: number };
}

/** Latencies by share of the messages, for a plot. */
export interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [share: number, ms: number])[];
}

export interface Outcome {
  readonly figures: readonly Figure[];
  readonly curves?: readonly Curve[];
}

/** What a scenario is lent. Everything that it starts by this is ended after it. */
export interface Bench {
  /** How long a load is measured, in seconds. */
  readonly seconds: number;
  readonly text: string;
  server(options?: Omit<ServerOptions, 'dir' | 'nodeOptions'>): Promise<BenchServer>;
  load(url: string): Promise<Load>;
  /** A limit that several scenarios are held against; measured once a run. */
  limit<T>(name: string, measure: () => Promise<T>): Promise<T>;
}

export interface Scenario {
  readonly name: string;
  readonly about: string;
  /** Takes minutes, so it runs only when it is asked for by name or with --all. */
  readonly long?: boolean;
  readonly run: (bench: Bench) => Promise<Outcome>;
}
