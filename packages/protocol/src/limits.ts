/**
 * Every limit of the protocol by name. A server may change the numbers in its settings (`limits.<name>`); those that
 * a client needs are told to it in the reply to `hello`.
 */
export interface Limit {
  readonly default: number;
  readonly unit:
    'bytes' | 'code points' | 'ms' | 'entries' | 'items' | 'levels' | 'per second' | 'per hour' | 'per 15 min';
  /** Told to clients in the reply to `hello`. */
  readonly told: boolean;
  readonly about: string;
}

const limit = (value: number, unit: Limit['unit'], about: string, told = false): Limit => ({
  default: value,
  unit,
  told,
  about,
});

export const limits = {
  frameBytes: limit(
    65_536,
    'bytes',
    'The largest WebSocket message from a client; a larger one closes with 4413.',
    true,
  ),
  bodyBytes: limit(65_536, 'bytes', 'The largest REST request body; a larger one is answered with 413.', true),
  jsonDepth: limit(32, 'levels', 'The deepest nesting of objects and arrays in a frame or body.', true),
  textCodePoints: limit(10_000, 'code points', 'The longest message text.', true),
  textBytes: limit(40_000, 'bytes', 'The longest message text in UTF-8.', true),
  metaBytes: limit(4_096, 'bytes', 'The largest `meta` of a message, as JSON in UTF-8.', true),
  emojiCodePoints: limit(16, 'code points', 'The longest emoji of a reaction.', true),
  reactionsPerMessage: limit(50, 'items', 'Different emoji on one message.', true),
  usernameCodePoints: limit(64, 'code points', 'The longest username.', true),
  displayNameCodePoints: limit(100, 'code points', 'The longest display name.', true),
  bioCodePoints: limit(500, 'code points', 'The longest text about oneself.', true),
  channelNameCodePoints: limit(100, 'code points', 'The longest name of a group.', true),
  passwordMinCodePoints: limit(8, 'code points', 'The shortest password.', true),
  passwordBytes: limit(1_024, 'bytes', 'The longest password in UTF-8.', true),
  groupMembers: limit(1_000, 'items', 'Members of one group.', true),
  channelsPerUser: limit(2_000, 'items', 'Channels that one user is a member of.', true),
  blocksPerUser: limit(1_000, 'items', 'Others whom one user blocks.', true),
  historyPage: limit(100, 'entries', 'The largest page of messages.', true),
  listPage: limit(100, 'items', 'The largest page of channels, members, users, blocks or sessions.', true),
  resetEntries: limit(50, 'entries', 'Newest entries that a `timeline.reset` carries.', true),
  resetBytes: limit(
    262_144,
    'bytes',
    'The entries of a `timeline.reset`; it carries fewer when they are larger, though always the newest.',
  ),
  catchUpEntries: limit(
    1_000,
    'entries',
    'Missed entries of one channel that are sent again; who missed more gets a `timeline.reset`.',
    true,
  ),
  catchUpBatch: limit(
    500,
    'entries',
    'Entries that catch-up reads from the database at once, for one session or for several.',
  ),
  catchUpParallel: limit(
    2,
    'items',
    'Reads of entries, and of channels, that catch-up has under way in one process; who comes back meanwhile shares the next.',
  ),
  cursorsPerHello: limit(5_000, 'items', 'Cursors in one `hello` or `sync`.', true),
  helloTimeoutMs: limit(
    10_000,
    'ms',
    'Time from connecting to a valid `hello`; then the socket closes with 4401.',
    true,
  ),
  heartbeatMs: limit(
    30_000,
    'ms',
    'How often each side sends a ping; who is silent for two and a half of them is disconnected.',
    true,
  ),
  headersTimeoutMs: limit(10_000, 'ms', 'Time in which the headers of an HTTP request must have arrived.'),
  requestTimeoutMs: limit(30_000, 'ms', 'Time in which a whole HTTP request must have arrived.'),
  drainMs: limit(10_000, 'ms', 'Time that a stop leaves for requests and sends in flight.'),
  reconnectSpreadMs: limit(5_000, 'ms', 'A draining server spreads the return of its sessions over this time.'),
  outboxBytes: limit(1_048_576, 'bytes', 'Bytes waiting for a client that reads too slowly; more closes with 4408.'),
  signalBytes: limit(
    65_536,
    'bytes',
    'Bytes waiting for a client above which it is told nothing that may be missed: typing, receipts, presence.',
  ),
  outboxStuckMs: limit(30_000, 'ms', 'How long a catch-up waits for a client that reads nothing; then 4408.'),
  opsInFlight: limit(64, 'items', 'Ops of one session that may be under way; further ones wait on the wire.', true),
  opsPerSecond: limit(20, 'per second', 'Ops of one session, sustained.', true),
  opsBurst: limit(100, 'items', 'Ops of one session at once, after a rest.', true),
  opsRefused: limit(
    200,
    'items',
    'Ops of one session refused as `rate_limited`, less those served since; more closes with 4429.',
    true,
  ),
  requestsPerSecond: limit(20, 'per second', 'REST calls of one user, sustained.', true),
  requestsBurst: limit(200, 'items', 'REST calls of one user at once, after a rest.', true),
  controlFramesPerSecond: limit(
    10,
    'per second',
    'WebSocket ping and pong frames of one client; more closes with 4429.',
    true,
  ),
  sessionsPerUser: limit(50, 'items', 'Open sockets of one user in one process.', true),
  socketsPerAddress: limit(1_000, 'items', 'Open sockets from one network address (IPv6: one /64) in one process.'),
  sockets: limit(50_000, 'items', 'Open sockets in one process.'),
  timelineQueue: limit(
    20_000,
    'items',
    'Sends of one process that may wait for the database; more are answered `overloaded`.',
  ),
  timelineQueueBytes: limit(
    67_108_864,
    'bytes',
    'The sends of one process that may wait for the database, roughly; more are answered `overloaded`.',
  ),
  timelineBatch: limit(256, 'items', 'Sends that go to the database as one statement.'),
  busWindow: limit(
    128,
    'items',
    'Messages to the broker that one process sends before the first of them is confirmed; others are gathered meanwhile.',
  ),
  busBytes: limit(
    33_554_432,
    'bytes',
    'News that one process holds for the broker, roughly; what is more is dropped and repaired from the database.',
  ),
  gatewayQueue: limit(10_000, 'items', 'Messages that the broker keeps for one gateway; more push out the oldest.'),
  gatewayQueueBytes: limit(67_108_864, 'bytes', 'Messages that the broker keeps for one gateway, in bytes.'),
  marksMs: limit(500, 'ms', 'Delivery marks of one process are written together, at most this often.'),
  marksBatch: limit(500, 'items', 'Read and delivery marks that go to the database as one statement.'),
  marksQueue: limit(
    100_000,
    'items',
    'Marks of one process that may wait for the database; more delivery marks are dropped, and `read.mark` is answered `overloaded`.',
  ),
  confirmMs: limit(
    1_000,
    'ms',
    'A client is asked at most this often (by a WebSocket ping) whether it has received what it was handed.',
  ),
  confirmLargeMs: limit(15_000, 'ms', 'The same for what happens in groups of more than `receiptMembers`.'),
  receiptMembers: limit(
    50,
    'items',
    'The largest group whose members are told live how far each has read and received; of larger ones it can be asked.',
    true,
  ),
  receiptsSweepMs: limit(30_000, 'ms', 'How often marks are compared with the database, for receipts that were lost.'),
  unreadMax: limit(100, 'items', 'The largest `unreadCount`; it means as many or more.', true),
  unreadScan: limit(1_000, 'items', 'Newest messages of a channel that are looked at for its `unreadCount`.'),
  typingMs: limit(5_000, 'ms', 'How long others see that somebody writes.', true),
  typingEveryMs: limit(2_000, 'ms', 'A member is told to others as writing at most this often in one channel.', true),
  typersTold: limit(5, 'items', 'Members of one channel that others are told of as writing at the same time.', true),
  presenceWatched: limit(200, 'items', 'Users whose presence one session watches.', true),
  presenceBeatMs: limit(2_000, 'ms', 'How often a process says that it and the presence of its users are alive.'),
  presenceBeatsMissed: limit(3, 'items', 'Beats that a process may miss; then the users that only it had are offline.'),
  presenceGraceMs: limit(4_000, 'ms', 'Who comes back within this time was not offline.'),
  presenceBatchMs: limit(250, 'ms', 'Who came and went within this time is written and told together.'),
  presenceRefreshMs: limit(
    30_000,
    'ms',
    'In this time all that is watched is compared with the database, some of it with each beat.',
  ),
  passwordQueue: limit(64, 'items', 'Passwords that may wait to be hashed; more are answered `overloaded`.'),
  accessTokenMs: limit(900_000, 'ms', 'Life of an access token; 12 hours at the most.'),
  refreshTokenMs: limit(2_592_000_000, 'ms', 'Life of a refresh token that is not used.'),
  sessionMs: limit(31_536_000_000, 'ms', 'Life of a session, however often it is refreshed.'),
  refreshGraceMs: limit(
    10_000,
    'ms',
    'Time in which the refresh token used last is answered with the same successor again (two tabs, a lost answer).',
  ),
  registersPerAddress: limit(20, 'per hour', 'Registrations from one network address.'),
  loginsPerAccount: limit(20, 'per 15 min', 'Failed logins to one account from one network address.'),
  loginsPerAccountAnywhere: limit(200, 'per 15 min', 'Failed logins to one account from all networks together.'),
  loginsPerAddress: limit(100, 'per 15 min', 'Failed logins from one network address.'),
  sessionKeptMs: limit(
    2_592_000_000,
    'ms',
    'How long the record of a session is kept after the session has ended or can be refreshed no more.',
  ),
  jobPayloadBytes: limit(65_536, 'bytes', 'The largest payload of a job, as JSON in UTF-8.'),
  jobsParallel: limit(16, 'items', 'Jobs of one process that are under way at the same time.'),
  jobMs: limit(600_000, 'ms', 'Time that one attempt of a job may take; then it is told to stop and has failed.'),
  jobAttempts: limit(10, 'items', 'Attempts at a job, after which it is a dead letter.'),
  jobWaitMs: limit(
    5_000,
    'ms',
    'The wait after the first failed attempt at a job, less up to a quarter by chance; each later one is four times as long.',
  ),
  jobWaitMaxMs: limit(21_600_000, 'ms', 'The longest wait after a failed attempt at a job.'),
  jobLosses: limit(
    5,
    'items',
    'How often the process that works on a job may end or be cut off, after which the job is a dead letter.',
  ),
  jobLeaseMs: limit(
    30_000,
    'ms',
    'How long nothing may be heard of a process that works on jobs; then others take them.',
  ),
  jobPollMs: limit(60_000, 'ms', 'How often an idle process looks for jobs without being told of one.'),
  jobsAhead: limit(1_000, 'items', 'Jobs that wait in RabbitMQ, roughly; further ones wait in the database.'),
  jobBrokerMs: limit(
    3_600_000,
    'ms',
    'A job that was handed to RabbitMQ and has not begun in this time is handed over again.',
  ),
  jobDeadMs: limit(2_592_000_000, 'ms', 'How long a dead letter is kept.'),
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof limits;
export type Limits = Readonly<Record<LimitName, number>>;

export const limitNames = Object.keys(limits) as LimitName[];

/** The defaults as numbers. */
export const defaultLimits = Object.fromEntries(limitNames.map((name) => [name, limits[name].default])) as Limits;

/** Those of `values` that a client is told in the reply to `hello`. */
export const toldLimits = (values: Limits): Record<string, number> =>
  Object.fromEntries(limitNames.filter((name) => limits[name].told).map((name) => [name, values[name]]));
