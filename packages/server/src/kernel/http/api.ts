import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import type { Limits, RouteContract } from '@messox/protocol';
import { type Context, Hono } from 'hono';
import { cors } from 'hono/cors';
import type { Identity } from '../auth/access-token.ts';
import { RateLimit } from '../auth/rate-limit.ts';
import { isPassing } from '../database/pool.ts';
import { type Elsewhere, pathPattern } from '../elsewhere.ts';
import { Fault } from '../fault.ts';
import { parseJson } from '../json.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Caller, PlainHandler, RouteCall } from '../module.ts';
import { validate } from '../validate.ts';
import { mediaType, readText } from './body.ts';
import { clientAddress } from './client-address.ts';
import { faultHeaders, problemOf } from './problem.ts';
import { parametersFor } from './query.ts';

interface Env {
  Bindings: HttpBindings;
  Variables: { caller: Caller };
}

export interface ApiOptions {
  readonly limits: Limits;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly allowedOrigins: readonly string[];
  readonly trustedProxies: number;
  readonly verify: (token: string) => Identity | undefined;
  readonly elsewhere: Elsewhere;
  /** Paths that answer WebSocket upgrades, and nothing else. */
  readonly socketPaths: () => readonly string[];
}

type AnyHandler = (call: RouteCall<RouteContract>) => Promise<{ status: number; body?: unknown }>;

const commonHeaders = ({ requestId }: Caller): Record<string, string> => ({
  'X-Request-Id': requestId,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
});

const notKept = { 'Cache-Control': 'no-store' };
const json = { 'Content-Type': 'application/json', ...notKept };

/** Whole, in one go: a header that is set on an answer afterwards makes a stream of its text, which costs more than most routes. */
const respond = (
  caller: Caller,
  status: number,
  text: string | null,
  headers: Readonly<Record<string, string>>,
): Response => new Response(text, { status, headers: { ...headers, ...commonHeaders(caller) } });

const requestIdShape = /^[\w.-]{8,100}$/;

/** The HTTP application: routes by contract, and every fault turned into an answer in one place. */
export class Api {
  readonly app = new Hono<Env>();
  readonly #options: ApiOptions;
  readonly #perUser: RateLimit;
  readonly #registered = new Map<string, { owner: string; contract?: RouteContract }>();

  constructor(options: ApiOptions) {
    this.#options = options;
    const { requestsBurst, requestsPerSecond } = options.limits;
    this.#perUser = new RateLimit({ times: requestsBurst, perMs: (requestsBurst / requestsPerSecond) * 1_000 });
    this.app.use(async (context, next) => this.#around(context, next));
    if (options.allowedOrigins.length > 0)
      this.app.use('/api/*', cors({ origin: options.allowedOrigins.map((it) => new URL(it).origin) }));
    this.app.onError((error, context) => this.#fault(error, context));
    this.app.notFound((context) => this.#notFound(context));
  }

  /** The contracts of all routes, for the OpenAPI document. */
  get contracts(): RouteContract[] {
    return [...this.#registered.values()].flatMap(({ contract }) => (contract ? [contract] : []));
  }

  route(owner: string, contract: RouteContract, handler: AnyHandler): void {
    this.#register(owner, contract.method, contract.path, contract);
    this.app.on(contract.method, contract.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (context) => {
      const stop = this.#options.metrics.requests.startTimer({ route: contract.name });
      try {
        const answer = await handler(await this.#call(contract, context));
        stop({ status: answer.status });
        const { caller } = context.var;
        if (contract.answers[answer.status] === null) return respond(caller, answer.status, null, notKept);
        return respond(caller, answer.status, JSON.stringify(answer.body), json);
      } catch (error) {
        const fault = this.#asFault(error, context.var.caller.requestId);
        stop({ status: fault.status });
        throw fault;
      }
    });
  }

  plain(owner: string, method: 'GET' | 'POST', path: string, handler: PlainHandler): void {
    this.#register(owner, method, path);
    this.app.on(method, path, async (context) => {
      const { caller } = context.var;
      const response = await handler(context.req.raw, caller);
      for (const [name, value] of Object.entries(commonHeaders(caller))) response.headers.set(name, value);
      return response;
    });
  }

  #register(owner: string, method: string, path: string, contract?: RouteContract): void {
    const key = `${method} ${path}`;
    const other = this.#registered.get(key);
    if (other) throw new Error(`${key} is served by ${other.owner} already; ${owner} cannot serve it too`);
    this.#registered.set(key, { owner, ...(contract ? { contract } : {}) });
  }

  async #call(contract: RouteContract, context: Context<Env>): Promise<RouteCall<RouteContract>> {
    const user = contract.auth === 'user' ? this.#identify(context.req.header('authorization')) : undefined;
    if (user) this.#perUser.take(String(user.userId));
    const params =
      contract.params &&
      validate(contract.params, parametersFor(contract.params, context.req.param() as Record<string, string>));
    const query = contract.query && validate(contract.query, parametersFor(contract.query, context.req.query()));
    const body = contract.body && validate(contract.body, await this.#json(context.req.raw));
    return { ...context.var.caller, params, query, body, user } as RouteCall<RouteContract>;
  }

  #identify(header: string | undefined): Identity {
    const token = /^Bearer +([^\s]+)$/i.exec(header ?? '')?.[1];
    const identity = token === undefined ? undefined : this.#options.verify(token);
    if (!identity) throw new Fault('unauthenticated');
    return identity;
  }

  async #json(request: Request): Promise<unknown> {
    if (mediaType(request) !== 'application/json')
      throw new Fault('unsupported_media_type', { expected: 'application/json' });
    const { bodyBytes, jsonDepth } = this.#options.limits;
    return parseJson(await readText(request, bodyBytes), jsonDepth);
  }

  async #around(context: Context<Env>, next: () => Promise<void>): Promise<void> {
    const incoming = context.env.incoming;
    const { trustedProxies } = this.#options;
    const given = incoming.headers['x-request-id'];
    const requestId =
      trustedProxies > 0 && typeof given === 'string' && requestIdShape.test(given) ? given : randomUUID();
    context.set('caller', { address: clientAddress(incoming, trustedProxies), requestId });
    const begin = performance.now();
    await next();
    const status = context.res.status;
    const facts = {
      requestId,
      method: context.req.method,
      path: context.req.path,
      status,
      ms: Math.round(performance.now() - begin),
    };
    this.#options.log[status >= 500 ? 'warn' : 'debug'](facts, 'request');
  }

  #fault(error: unknown, context: Context<Env>): Response {
    const { caller } = context.var;
    const fault = this.#asFault(error, caller.requestId);
    return respond(caller, fault.status, JSON.stringify(problemOf(fault)), faultHeaders(fault));
  }

  #asFault(error: unknown, requestId: string): Fault {
    if (error instanceof Fault) return error;
    if (isPassing(error)) {
      this.#options.log.warn({ err: error, requestId }, 'the database was away');
      return new Fault('unavailable', { retryAfterMs: 1_000 });
    }
    this.#options.log.error({ err: error, incident: requestId, requestId }, 'a request failed');
    return new Fault('internal', { incident: requestId });
  }

  #notFound(context: Context<Env>): Response {
    const path = context.req.path;
    const methods = [...this.#registered.keys()].flatMap((key) => {
      const [method = '', pattern = ''] = key.split(' ');
      return pathPattern(pattern).test(path) ? [method] : [];
    });
    if (this.#options.socketPaths().includes(path)) return this.#fault(new Fault('upgrade_required'), context);
    const response = this.#fault(
      methods.length > 0 ? new Fault('method_not_allowed', { allow: methods }) : this.#options.elsewhere.fault(path),
      context,
    );
    if (methods.length > 0) response.headers.set('Allow', methods.join(', '));
    return response;
  }
}
