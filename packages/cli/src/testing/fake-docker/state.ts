export type Health = 'healthy' | 'starting' | 'unhealthy';

export interface FakeContainer {
  readonly id: string;
  readonly name: string;
  readonly project: string;
  readonly service: string;
  readonly number: number;
  /** Made by `docker compose run`. */
  readonly oneOff: boolean;
  readonly state: 'running' | 'exited';
  readonly health: Health;
  readonly exitCode: number;
  /** In ISO 8601 with ms. */
  readonly startedAt: string;
  readonly image: string;
  readonly imageId: string;
  readonly configHash: string;
  readonly hostname: string;
  readonly published: readonly { readonly inside: number; readonly address: string; readonly port: number }[];
}

/** What goes wrong at a call. */
export interface Fault {
  /** What the call has in its words, joined by spaces: `compose build`. */
  readonly at: string;
  /** What it says before it ends with exit code 1. Without it the call hangs until it is ended, or the fault is taken away. */
  readonly stderr?: string;
  /** What was asked for is done before. */
  readonly after?: boolean;
}

/** All that the engine knows. */
export interface FakeState {
  /** Versions. */
  engine: string;
  compose: string;
  containers: readonly FakeContainer[];
  /** What each name of an image means. */
  images: Readonly<Record<string, string>>;
  /** Ids of the images that were built here, which have the label of their project. */
  built: readonly string[];
  /** By name. */
  volumes: Readonly<Record<string, { readonly major: number }>>;
  /** What `nginx -t` read as its messox.conf last. */
  tried: string;
  /** Of containers that are started from now on, by service; healthy where it is not named. */
  health: Readonly<Record<string, Health>>;
  faults: readonly Fault[];
  /** Of all containers, as `docker compose logs --timestamps` prints it. */
  log: readonly string[];
  /** The database that stands in for the one of the stack. */
  database:
    | {
        readonly url: string;
        /** Where its PostgreSQL listens. */
        readonly place: { readonly path: string } | { readonly host: string; readonly port: number };
        /** It falls silent after so many bytes, in each connection. */
        silentAfterBytes?: number;
      }
    | undefined;
}

/** Of an engine on which nothing runs yet. */
export const emptyState = (): FakeState => ({
  engine: '28.5.2',
  compose: '2.40.3',
  containers: [],
  images: {},
  built: [],
  volumes: {},
  tried: '',
  health: {},
  faults: [],
  log: [],
  database: undefined,
});
