import type { IdleOutcome } from '../commands/verify/idle.ts';
import type { Settings } from '../project/schema.ts';
import type { ServerState } from '../project/server-state.ts';
import type { StackFacts } from './stack-facts.ts';

export const checkGroups = ['host', 'config', 'network', 'tls', 'data', 'runtime'] as const;
export type CheckGroup = (typeof checkGroups)[number];

/** Who asks: `doctor`, `init` when it has made a project, or a command that changes something, before it does. */
export type Occasion = 'doctor' | 'init' | 'up' | 'upgrade';
export type Mode = Settings['mode'];

/** Before something is started or replaced. */
export const beforeStart: readonly Occasion[] = ['up', 'upgrade'];

/** How a silent socket fared. */
export type Hold = () => Promise<IdleOutcome>;

/** What checks look at. */
export interface CheckContext {
  /** Absolute path of the project folder. */
  readonly dir: string;
  readonly occasion: Occasion;
  /** Missing where messox.yaml is missing or invalid. */
  readonly settings: Settings | undefined;
  /** Where the server listens, or would. */
  readonly listen: { readonly host: string; readonly port: number } | undefined;
  /** What the command line says of that, which goes before the settings. */
  readonly given: Given;
  /** The server that runs in the folder. */
  readonly running: ServerState | undefined;
  /** Of a server that Docker runs. */
  readonly stack: StackFacts | undefined;
  /** Holds a silent socket through the public address, where that was asked for. */
  readonly hold: Hold | undefined;
}

/** Options of `up`. */
export interface Given {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly detach?: boolean;
}

export interface Finding {
  readonly status: 'ok' | 'warn' | 'fail';
  /** What was found, and for what is not ok: what it leads to. */
  readonly why: string;
  /** The command or the deed that mends it. */
  readonly fix?: string;
}

/** One thing that is looked at. It changes nothing. */
export interface Check {
  readonly id: string;
  readonly title: string;
  readonly group: CheckGroup;
  readonly when: readonly Occasion[];
  /** The modes that it is for; all when not given. Where messox.yaml cannot be read, the mode is taken to be embedded. */
  readonly modes?: readonly Mode[];
  /** Whether it asks others than this machine. */
  readonly outside?: true;
  /** In a sentence why there is nothing to look at. */
  readonly skip?: (context: CheckContext) => string | undefined | Promise<string | undefined>;
  readonly run: (context: CheckContext) => Finding | Promise<Finding>;
}

export const ok = (why: string): Finding => ({ status: 'ok', why });
export const warn = (why: string, fix: string): Finding => ({ status: 'warn', why, fix });
export const fail = (why: string, fix: string): Finding => ({ status: 'fail', why, fix });

export const needsSettings = ({ settings }: CheckContext): string | undefined =>
  settings ? undefined : 'messox.yaml cannot be read';
export const needsServer = ({ running }: CheckContext): string | undefined =>
  running ? undefined : 'no server runs in this folder';

/** What a check found, or why it was skipped. */
export interface CheckReport {
  readonly id: string;
  readonly title: string;
  readonly group: CheckGroup;
  readonly status: Finding['status'] | 'skip';
  readonly why: string;
  readonly fix?: string;
}
