import { faults } from '../faults.ts';
import { type LimitName, limitNames, type Limits, limits } from '../limits.ts';

/** What a document says of the server that it describes. */
export interface DocumentInfo {
  /** `messox` when not given. */
  readonly title?: string;
  readonly version: string;
  /** Where clients reach the server, such as `https://chat.example.org`. */
  readonly url?: string;
  /** The server's own limits, where they differ from the defaults. */
  readonly limits?: Partial<Limits>;
}

export interface DocumentedLimit {
  readonly value: number;
  readonly default: number;
  readonly unit: string;
  /** Told to clients in the reply to `hello`. */
  readonly told: boolean;
  readonly about: string;
}

export interface DocumentedFault {
  readonly status: number;
  readonly remedy: string;
  readonly message: string;
}

/** Tables of the contract that neither kind of document has a place for. */
export interface ContractTables {
  readonly 'x-faults': Readonly<Record<string, DocumentedFault>>;
  readonly 'x-limits': Readonly<Record<string, DocumentedLimit>>;
}

const limitTable = (own: Partial<Limits>): Record<LimitName, DocumentedLimit> =>
  Object.fromEntries(
    limitNames.map((name) => [name, { ...limits[name], value: own[name] ?? limits[name].default }]),
  ) as Record<LimitName, DocumentedLimit>;

export const contractTables = (info: DocumentInfo): ContractTables => ({
  'x-faults': { ...faults },
  'x-limits': limitTable(info.limits ?? {}),
});

const paragraphs = (...texts: readonly string[]): string => texts.join('\n\n');

/** What holds for calls and socket alike. */
export const conventions = paragraphs(
  'Ids of users and channels are integers below 2^53. A message is named by its channel and its `seq`.',
  'Times are RFC 3339 in UTC with milliseconds. Sizes are bytes, durations milliseconds, as the name of a field says.',
  'Lengths of texts are counted in Unicode code points. A text with NUL or a lone surrogate is refused as `invalid_text`; nothing is changed silently.',
  'Fields that the server does not know are ignored in a request. A client ignores fields, events, kinds of entry and error codes that it does not know: a newer server may have them.',
);

export const restAbout = paragraphs(
  'JSON in, JSON out. Where a user is needed, the call carries `Authorization: Bearer <accessToken>`; `auth.register` and `auth.login` give the token, `auth.refresh` a new one before it ends.',
  'A refused call is answered with `application/problem+json` (RFC 9457) whose `code` is for programs and whose `title` is for people.',
  'What happens while one is online comes over the WebSocket.',
);

export const socketAbout = paragraphs(
  'JSON text frames over a WebSocket with the subprotocol `messox.v1`, seen from the server: it receives requests, and sends replies and events.',
  'A request is `{"id", "op", "data"}`; its reply has the same `id`, and `"ok": true` with `data` or `"ok": false` with `error`. Replies may come in another order than their requests. An event is `{"event", "data"}`.',
  'The first request is `hello`. The access token is in its `token`, or in the `Authorization` header of the upgrade where a client can set one; it never travels in a URL.',
  'With `cursors` the server then sends what was missed since, and after it `ready`; without them only what happens from now on. A client keeps `epoch` and, of each channel, the `seq` of the last entry; with another `epoch` it starts over.',
  'Every entry of a channel comes once and in the order of `seq`, which has no gaps. `ping` tells of channels whose newest entries were not handed on yet.',
  'A send whose reply was lost is sent again with the same `clientId`: it is stored once.',
);
