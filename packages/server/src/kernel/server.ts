import { createHmac } from 'node:crypto';
import { defaultLimits, type Limits, ops as contracts, toldLimits } from '@messox/protocol';
import type { Bus } from '../ports/bus.ts';
import type { OpenJobs } from '../ports/jobs.ts';
import { countBus } from './bus-metrics.ts';
import { accessTokens } from './auth/access-token.ts';
import { accessTokenMaxMs, followRevocations, forgetRevoked } from './auth/revocations.ts';
import { loadMigrations, migrate, type MigrationSource } from './database/migrations.ts';
import { type DatabaseAddress, openPool } from './database/pool.ts';
import { Gateway } from './gateway/gateway.ts';
import type { RegisteredOp } from './gateway/op-registry.ts';
import { Sessions } from './gateway/sessions.ts';
import type { SocketService } from './gateway/socket-service.ts';
import { type V1Options, V1Socket } from './gateway/v1-socket.ts';
import { Api } from './http/api.ts';
import { documentPaths, serveDocuments } from './http/documents.ts';
import { serveHealth } from './http/health.ts';
import { listen } from './http/listen.ts';
import { Work } from './jobs/work.ts';
import type { Logger } from './log.ts';
import { createMetrics } from './metrics.ts';
import { migrationSources } from './migration-sources.ts';
import type { Describe, Module } from './module.ts';
import { orderModules } from './module-order.ts';
import { setUpModules } from './module-set.ts';
import { Elsewhere } from './elsewhere.ts';
import { allRoles, type Role } from './roles.ts';
import { Timeline } from './timeline/timeline.ts';
import { Undo } from './undo.ts';

export interface KernelSettings {
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly publicUrl?: string | undefined;
    readonly allowedOrigins: readonly string[];
    readonly trustedProxies: number;
  };
  readonly limits: Partial<Record<keyof Limits, number | undefined>>;
  readonly database: {
    readonly connections: number;
  };
  readonly modules: Readonly<Record<string, unknown>>;
}

export interface ServerOptions {
  readonly settings: KernelSettings;
  readonly modules: readonly Module[];
  /** Files of those that do not come with the server, by name. */
  readonly own?: ReadonlyMap<string, string>;
  readonly ownMigrations?: readonly MigrationSource[];
  /** What this process does; by default everything. */
  readonly roles?: ReadonlySet<Role>;
  readonly database: DatabaseAddress;
  readonly bus: Bus;
  readonly jobs: OpenJobs;
  /** At least 32 random bytes as text; access tokens are signed with it. */
  readonly tokenKey: string;
  /** Secrets of modules, by name. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly log: Logger;
  readonly version: string;
}

export interface RunningServer {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /**
   * Takes no new work, answers what is in flight, tells each session when to come back, closes them, and undoes all that
   * was registered. Called again it waits for the same end.
   */
  stop(): Promise<void>;
}

export const effectiveLimits = (set: KernelSettings['limits']): Limits => {
  const given = Object.entries(set).filter(([, value]) => value !== undefined);
  return { ...defaultLimits, ...(Object.fromEntries(given) as Partial<Limits>) };
};

/** Ops that the gateway itself answers; all others belong to modules. */
const ownOps = [contracts.hello, contracts.sync, contracts.ping];

/** @throws StartFault when something in the way can be named; everything begun is undone first */
export const startServer = async (options: ServerOptions): Promise<RunningServer> => {
  const undo = new Undo();
  try {
    return await start(options, undo);
  } catch (error) {
    await undo.run().catch((failure: unknown) => options.log.error({ err: failure }, 'the start could not be undone'));
    throw error;
  }
};

const start = async (options: ServerOptions, undo: Undo): Promise<RunningServer> => {
  const { bus, database, log, roles = allRoles, settings, version } = options;
  const limits = effectiveLimits(settings.limits);
  const metrics = createMetrics();
  countBus(metrics.registry, bus);
  const { allowedOrigins: origins, host, port, publicUrl, trustedProxies } = settings.server;
  const allowedOrigins = publicUrl === undefined ? origins : [...origins, publicUrl];

  const sql = openPool(database, { connections: settings.database.connections, name: 'messox', log });
  const sendSql = openPool(database, { connections: 1, name: 'messox send', statementMs: 10_000, log });
  const sendApartSql = openPool(database, { connections: 4, name: 'messox send apart', statementMs: 10_000, log });
  undo.push(async () => {
    await Promise.all([sql, sendSql, sendApartSql].map((pool) => pool.end({ timeout: 5 })));
  });
  const modules = orderModules(options.modules);
  await migrate(sql, await loadMigrations(migrationSources(modules, options.ownMigrations)));
  const [state] = await sql<{ epoch: string }[]>`select epoch from server_state`;
  const epoch = state?.epoch ?? '';

  const revocations = await followRevocations(sql, log);
  undo.push(() => revocations.stop());
  const signed = accessTokens(options.tokenKey);
  const verify = (token: string) => {
    const identity = signed.verify(token);
    return identity && !revocations.has(identity.sessionId) ? identity : undefined;
  };
  const tokens = {
    issue: (identity: Parameters<typeof signed.issue>[0], { lasting = false } = {}) => {
      const expiresInMs = Math.min(limits.accessTokenMs, accessTokenMaxMs, identity.sessionEndsAt - Date.now());
      return { accessToken: signed.issue(identity, Date.now() + expiresInMs, lasting), expiresInMs };
    },
    verify,
    readLasting: signed.readLasting,
    deriveKey: (purpose: string) =>
      createHmac('sha256', options.tokenKey).update(`key for ${purpose}`).digest('base64url'),
  };

  const timeline = new Timeline({ sql, sendSql, sendApartSql, bus, log, metrics, limits });
  undo.push(() => timeline.drain(limits.drainMs));
  const describe: Partial<Describe> = {};
  const described: Describe = {
    user: async (id) => describe.user?.(id),
    channels: async (userId, ids) => (await describe.channels?.(userId, ids)) ?? new Map(),
  };
  const sessions = new Sessions({ bus, sql, log, metrics, limits, describe: described });
  undo.push(() => sessions.stop());
  let draining = false;
  const elsewhere = new Elsewhere();
  const api: Api = new Api({
    limits,
    log,
    metrics,
    allowedOrigins,
    trustedProxies,
    verify,
    elsewhere,
    socketPaths: () => gateway.paths,
  });
  const gateway: Gateway = new Gateway({
    limits,
    metrics,
    revocations,
    allowedOrigins,
    trustedProxies,
    elsewhere,
  });
  undo.push(() => gateway.close());
  const ops = new Map<string, RegisteredOp>();
  const ofAllSockets: V1Options = {
    sessions,
    ops,
    limits,
    toldLimits: toldLimits(limits),
    describe: described,
    verify,
    isRevoked: (sessionId) => revocations.has(sessionId),
    epoch,
    log,
  };
  const socket: SocketService = {
    subprotocol: contracts.subprotocol,
    admit: (request) => {
      const { authorization } = request.headers;
      if (authorization === undefined) return undefined;
      const token = /^Bearer +([^\s]+)$/i.exec(authorization)?.[1];
      return (token === undefined ? undefined : verify(token)) ?? 'unauthenticated';
    },
    open: (connection, identity) => new V1Socket(connection, identity, ofAllSockets),
  };
  if (roles.has('gateway')) gateway.serve(contracts.socketPath, socket);
  else elsewhere.add(contracts.socketPath);

  const jobs = options.jobs({ sql, limits, log });
  const work = new Work({ jobs, sql, log, metrics, limits });
  work.every('kernel', { name: 'forget', everyMs: 3_600_000 }, async () => {
    await forgetRevoked(sql);
    await jobs.dead.dropOlder(limits.jobDeadMs);
  });
  await setUpModules(modules, {
    roles,
    settings: settings.modules,
    secrets: options.secrets ?? {},
    limits,
    sql,
    log,
    timeline,
    sessions,
    tokens,
    work,
    api,
    gateway,
    elsewhere,
    ops,
    ownOps: new Set(ownOps.map(({ name }) => name)),
    describe,
    own: options.own ?? new Map(),
    undo,
  });
  serveHealth({ api, bus, jobs, draining: () => draining, metrics, roles, sql });
  if (roles.has('api'))
    serveDocuments({
      api,
      ops: [...ownOps, ...[...ops.values()].map(({ contract }) => contract)],
      version,
      limits,
      url: publicUrl,
    });
  else for (const path of Object.values(documentPaths)) elsewhere.add(path);
  const onError = (error: Error): void => log.warn({ err: error }, 'a connection could not be taken');
  const listening = await listen({
    api,
    host,
    port,
    limits,
    isBehindProxy: trustedProxies > 0,
    onError,
    upgrade: (...upgrade) => gateway.upgrade(...upgrade),
  });
  undo.push(() => listening.close(limits.drainMs));
  undo.push(() => work.stop());
  if (roles.has('worker')) await work.start();

  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    draining = true;
    gateway.drain();
    const worked = work.stop();
    // What was taken is answered before its socket closes.
    await gateway.answered(limits.drainMs);
    const closed = listening.close(limits.drainMs);
    await gateway.close();
    await Promise.all([closed, worked]);
    await undo.run();
  };
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    url: publicUrl ?? `http://${shown}:${listening.port}`,
    host,
    port: listening.port,
    stop: () => (stopping ??= stop()),
  };
};
