import { faults, isFaultCode, type MessageEntry, rest, type RouteContract, type Tokens } from '@messox/protocol';
import type { World } from './world.ts';

export interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly token: string | undefined;
}

export interface RestAnswer {
  readonly status: number;
  readonly body?: unknown;
}

export const problem = (code: string, details?: Record<string, unknown>): RestAnswer => {
  const { status, message } = isFaultCode(code) ? faults[code] : { status: 400, message: code };
  return { status, body: { title: message, status, code, ...(details && { details }) } };
};

type Handler = (request: RestRequest & { readonly params: Readonly<Record<string, number>> }) => RestAnswer;

/** Tokens that tell who they are of, and which were changed for others. */
export class TokenBook {
  expiresInMs = 900_000;
  readonly valid = new Set<string>();
  readonly #world: World;
  #issued = 0;
  readonly #successors = new Map<string, Tokens>();

  constructor(world: World) {
    this.#world = world;
  }

  issue(userId: number): Tokens {
    const user = this.#world.users[userId - 1];
    if (!user) throw new Error(`There is no user ${userId} in this world.`);
    this.#issued += 1;
    const accessToken = `access ${userId} ${this.#issued}`;
    const refreshToken = `refresh ${userId} ${this.#issued}`;
    this.valid.add(accessToken).add(refreshToken);
    return { user, accessToken, refreshToken, expiresInMs: this.expiresInMs };
  }

  userOf(token: string | undefined): number | undefined {
    return token !== undefined && this.valid.has(token) ? Number(token.split(' ')[1]) : undefined;
  }

  /** The same token is changed for the same successor, as within the server's grace. */
  exchange(refreshToken: string): Tokens | undefined {
    const userId = this.userOf(refreshToken);
    if (userId === undefined) return undefined;
    const successor = this.#successors.get(refreshToken) ?? this.issue(userId);
    this.#successors.set(refreshToken, successor);
    return successor;
  }
}

/** The routes that the tests use, by the contract's own paths. */
export const restRoutes = (world: World, tokens: TokenBook): ((request: RestRequest) => RestAnswer) => {
  const routes: [RouteContract, Handler][] = [
    [
      rest.register,
      ({ body }) => ({ status: 201, body: tokens.issue(world.addUser((body as { username: string }).username).id) }),
    ],
    [
      rest.login,
      ({ body }) => {
        const user = world.users.find(({ username }) => username === (body as { username: string }).username);
        return user ? { status: 200, body: tokens.issue(user.id) } : problem('invalid_credentials');
      },
    ],
    [
      rest.refresh,
      ({ body }) => {
        const successor = tokens.exchange((body as { refreshToken: string }).refreshToken);
        return successor ? { status: 200, body: successor } : problem('invalid_refresh_token');
      },
    ],
    [
      rest.logout,
      ({ token }) => {
        if (token !== undefined) tokens.valid.delete(token);
        return { status: 204 };
      },
    ],
    [rest.getMe, ({ token }) => ({ status: 200, body: world.users[(tokens.userOf(token) ?? 0) - 1] })],
    [
      rest.findUsers,
      ({ query }) => ({
        status: 200,
        body: { users: world.users.filter(({ username }) => username.startsWith(query.query ?? '')) },
      }),
    ],
    [
      rest.createChannel,
      ({ token, body }) => {
        const { userId } = body as { userId: number };
        return { status: 201, body: world.describe(world.addChannel([tokens.userOf(token) ?? 0, userId])) };
      },
    ],
    [
      rest.listChannels,
      ({ token, query }) => {
        const all = world.channelsOf(tokens.userOf(token) ?? 0);
        const start = Number(query.after ?? 0);
        const end = start + Number(query.limit ?? 50);
        const channels = all.slice(start, end).map((channel) => world.describe(channel));
        return { status: 200, body: end < all.length ? { channels, next: String(end) } : { channels } };
      },
    ],
    [
      rest.listMessages,
      ({ params, query }) => {
        const { entries } = world.channel(params.channelId ?? 0);
        const all = entries.filter((entry): entry is MessageEntry => entry.kind === 'message');
        const { before = Infinity, after, limit = 50 } = query;
        const messages =
          after === undefined
            ? all.filter(({ seq }) => seq < Number(before)).slice(-Number(limit))
            : all.filter(({ seq }) => seq > Number(after)).slice(0, Number(limit));
        return { status: 200, body: { messages, head: entries.length } };
      },
    ],
  ];
  const matchers = routes.map(([contract, handler]) => ({
    contract,
    handler,
    pattern: new RegExp(`^${contract.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
  }));
  return (request) => {
    for (const { contract, handler, pattern } of matchers) {
      const match = pattern.exec(request.path);
      if (!match || contract.method !== request.method) continue;
      if (contract.auth === 'user' && tokens.userOf(request.token) === undefined) return problem('unauthenticated');
      const checked = contract.body?.safeParse(request.body);
      if (checked?.success === false) return problem('invalid_request');
      const params = Object.fromEntries(
        Object.entries(match.groups ?? {}).map(([name, value]) => [name, Number(value)]),
      );
      const answer = handler({ ...request, params });
      contract.answers[answer.status]?.parse(answer.body);
      return answer;
    }
    return problem('not_found');
  };
};
