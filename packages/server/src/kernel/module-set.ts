import type { Limits } from '@messox/protocol';
import { isAway, type Sql } from './database/pool.ts';
import type { Elsewhere } from './elsewhere.ts';
import { StartFault } from './fault.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { RegisteredOp } from './gateway/op-registry.ts';
import type { Sessions } from './gateway/sessions.ts';
import type { Api } from './http/api.ts';
import type { Work } from './jobs/work.ts';
import type { Logger } from './log.ts';
import type { Describe, Host, Module, News, Tokens } from './module.ts';
import type { Role } from './roles.ts';
import type { Timeline } from './timeline/timeline.ts';
import type { Undo } from './undo.ts';

/** What all modules share; each gets its own view of it as a `Host`. */
export interface ModuleSetOptions {
  /** What this process does: what a module registers for another role is left out. */
  readonly roles: ReadonlySet<Role>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly sql: Sql;
  readonly log: Logger;
  readonly timeline: Timeline;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly work: Work;
  readonly api: Api;
  readonly gateway: Gateway;
  readonly elsewhere: Elsewhere;
  readonly ops: Map<string, RegisteredOp>;
  /** The names of the ops that the gateway itself answers. */
  readonly ownOps: ReadonlySet<string>;
  readonly describe: Partial<Describe>;
  /** The files of modules that do not come with the server, by name: what they throw is told as theirs. */
  readonly own: ReadonlyMap<string, string>;
  readonly undo: Undo;
}

/** Sets the modules up in order. What each registers goes onto `undo`, so that a failed start takes it all back. */
export const setUpModules = async (ordered: readonly Module[], options: ModuleSetOptions): Promise<void> => {
  const offers = new Map<string, unknown>();
  const listeners = new Map<string, ((data: never) => void)[]>();
  let started = false;
  options.undo.push(() => listeners.clear());
  for (const module of ordered) {
    const host = hostOf(module.name, options, listeners, () => started);
    const needs = Object.fromEntries(Object.entries(module.needs).map(([key, need]) => [key, offers.get(need.name)]));
    offers.set(module.name, await setUp(module, host, needs, options.own));
  }
  started = true;
  for (const what of ['user', 'channels'] as const)
    if (!options.describe[what]) throw new Error(`No module describes ${what}`);
};

const setUp = async (
  module: Module,
  host: Host,
  needs: Readonly<Record<string, unknown>>,
  own: ReadonlyMap<string, string>,
): Promise<unknown> => {
  try {
    return await module.setup(host, needs);
  } catch (error) {
    const file = own.get(module.name);
    // A database that is away is waited for, whoever asked it.
    if (file === undefined || error instanceof StartFault || isAway(error)) throw error;
    throw new StartFault(
      'module_failed',
      `${file} failed when it was set up: ${error instanceof Error ? error.message : String(error)}`,
      `Mend it, or put _ in front of the name of its folder: without ${module.name} the server starts. The log has the place.`,
      { cause: error },
    );
  }
};

const hostOf = (
  name: string,
  options: ModuleSetOptions,
  listeners: Map<string, ((data: never) => void)[]>,
  isStarted: () => boolean,
): Host => {
  const {
    api,
    describe,
    elsewhere,
    gateway,
    limits,
    log,
    ops,
    ownOps,
    roles,
    secrets,
    sessions,
    settings,
    sql,
    timeline,
  } = options;
  const { tokens, undo, work } = options;
  const ownLog = log.child({ module: name });
  const early = (what: string): void => {
    if (isStarted()) throw new Error(`${name} registers ${what} after the start`);
  };
  return {
    name,
    settings: settings[name],
    secrets,
    limits,
    sql,
    log: ownLog,
    timeline,
    sessions,
    tokens,
    route: (contract, handler) => {
      early(contract.name);
      if (roles.has('api')) api.route(name, contract, handler);
      else elsewhere.add(contract.path);
    },
    plain: (method, path, handler) => {
      early(path);
      if (roles.has('api')) api.plain(name, method, path, handler);
      else elsewhere.add(path);
    },
    op: (contract, handler) => {
      early(contract.name);
      const owner = ownOps.has(contract.name) ? 'the kernel' : ops.get(contract.name)?.owner;
      if (owner !== undefined)
        throw new Error(`The op ${contract.name} is served by ${owner} already; ${name} cannot serve it too`);
      ops.set(contract.name, { owner: name, contract, handle: handler });
      undo.push(() => void ops.delete(contract.name));
    },
    socket: (path, service) => {
      early(path);
      if (gateway.paths.includes(path))
        throw new Error(`The socket ${path} is served already; ${name} cannot serve it too`);
      if (roles.has('gateway')) undo.push(gateway.serve(path, service));
      else elsewhere.add(path);
    },
    job: (definition, handler) => {
      early(`the job ${definition.name}`);
      const enqueue = work.add(name, definition, handler);
      undo.push(() => work.remove(name, definition.name));
      return enqueue;
    },
    every: (definition, handler) => {
      early(`the job ${definition.name}`);
      work.every(name, definition, handler);
      undo.push(() => work.remove(name, definition.name));
    },
    describe: (what, how) => {
      early(`a description of ${what}`);
      if (describe[what]) throw new Error(`Two modules describe ${what}; the second is ${name}`);
      describe[what] = how;
    },
    onSignal: (event, handler) => {
      early(`a listener to ${event}`);
      undo.push(sessions.onPrivate(event, ({ channelId, json }) => handler(json, channelId)));
    },
    on: <T>(news: News<T>, handler: (data: T) => void) => {
      early(`a listener to ${news.name}`);
      const those = listeners.get(news.name) ?? [];
      listeners.set(news.name, [...those, handler]);
    },
    emit: <T>(news: News<T>, data: T) => {
      for (const listener of listeners.get(news.name) ?? [])
        try {
          listener(data as never);
        } catch (error) {
          ownLog.error({ err: error, news: news.name }, 'a listener failed');
        }
    },
    defer: (step) => undo.push(step),
  };
};
