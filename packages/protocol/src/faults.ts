/** Why a socket is closed by the server. 4000 to 4999 are an application's own (RFC 6455, 7.4.2). */
export const closeCodes = {
  malformedFrame: { code: 4400, about: 'A frame was not a request of this protocol.' },
  unauthenticated: { code: 4401, about: 'Not authenticated in time, or no longer authenticated.' },
  tooSlow: { code: 4408, about: 'The client read too slowly. It reconnects and catches up by its cursors.' },
  frameTooLarge: { code: 4413, about: 'A frame was larger than `frameBytes`.' },
  tooManyRequests: { code: 4429, about: 'Too many requests or control frames.' },
  draining: { code: 4503, about: 'The server drains. The event `reconnect` said when to come back.' },
} as const;

export type CloseReason = keyof typeof closeCodes;

/**
 * What a client does about a fault: `fix` the request, `reauthenticate` (refresh the token or log in),
 * `retry` later with the same request (and the same `clientId`), or `give up`.
 */
export type Remedy = 'fix' | 'reauthenticate' | 'retry' | 'give up';

export interface FaultContract {
  readonly status: number;
  readonly remedy: Remedy;
  readonly message: string;
}

const fault = (status: number, remedy: Remedy, message: string): FaultContract => ({ status, remedy, message });

/** Every error that the API answers with, in one table. */
export const faults = {
  invalid_request: fault(400, 'fix', 'The request does not fit its schema; `details` names the fields.'),
  invalid_json: fault(400, 'fix', 'The body or frame is not JSON in UTF-8, or is nested too deeply.'),
  invalid_text: fault(400, 'fix', 'A text holds NUL or a lone surrogate.'),
  invalid_header: fault(400, 'fix', 'A header is missing or malformed.'),
  unknown_op: fault(400, 'fix', 'The server has no such op.'),
  hello_required: fault(401, 'reauthenticate', 'The first request of a socket is `hello`.'),
  hello_repeated: fault(409, 'give up', 'This socket has said `hello` already; use `sync`.'),
  unauthenticated: fault(401, 'reauthenticate', 'The access token is missing, expired or revoked.'),
  invalid_credentials: fault(401, 'fix', 'Unknown username or wrong password.'),
  invalid_refresh_token: fault(401, 'reauthenticate', 'The refresh token is unknown, expired or revoked.'),
  account_disabled: fault(403, 'give up', 'The account is disabled.'),
  registration_closed: fault(403, 'give up', 'This server takes no registrations.'),
  invite_required: fault(403, 'fix', 'This server registers by invitation only.'),
  forbidden: fault(403, 'give up', 'The user may not do this.'),
  origin_not_allowed: fault(403, 'give up', 'The page that opens the socket is not in the list of allowed origins.'),
  not_found: fault(404, 'give up', 'There is no such thing here.'),
  user_not_found: fault(404, 'give up', 'There is no such user.'),
  channel_not_found: fault(404, 'give up', 'There is no such channel, or the user is not a member of it.'),
  message_not_found: fault(404, 'give up', 'There is no such message in the channel.'),
  method_not_allowed: fault(405, 'fix', 'The path exists, with other methods.'),
  username_taken: fault(409, 'fix', 'The username is taken.'),
  username_confusable: fault(409, 'fix', 'The username mixes scripts or looks like that of another user.'),
  client_id_reused: fault(409, 'fix', 'The `clientId` was used by this sender for another message.'),
  message_deleted: fault(409, 'give up', 'The message was deleted.'),
  group_full: fault(409, 'give up', 'The group has as many members as it may have.'),
  too_many_channels: fault(409, 'give up', 'A user is in as many channels as one may be in.'),
  too_many_blocks: fault(409, 'give up', 'The user blocks as many others as one may block.'),
  too_many_reactions: fault(409, 'give up', 'The message has as many different reactions as it may have.'),
  payload_too_large: fault(413, 'fix', 'The body or frame is too large.'),
  unsupported_media_type: fault(415, 'fix', 'The body has a content type that is not understood here.'),
  upgrade_required: fault(426, 'fix', 'This path is a WebSocket.'),
  rate_limited: fault(429, 'retry', 'Too many requests; `details.retryAfterMs` says when to come back.'),
  too_many_sessions: fault(429, 'retry', 'Too many open sockets.'),
  internal: fault(500, 'retry', 'The server has a bug; `details.incident` names it in the log.'),
  overloaded: fault(503, 'retry', 'The server has too much to do at the moment.'),
  unavailable: fault(503, 'retry', 'The database, or the process that serves this, cannot be reached at the moment.'),
  draining: fault(503, 'retry', 'The server is about to stop.'),
} as const satisfies Record<string, FaultContract>;

export type FaultCode = keyof typeof faults;

export const faultCodes = Object.keys(faults) as FaultCode[];

/** Whether `code` is one of this table; a client may meet codes of modules or of a newer server. */
export const isFaultCode = (code: string): code is FaultCode => Object.hasOwn(faults, code);
