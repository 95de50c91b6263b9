import { type Client, createClient, type SavedTokens } from '@messox/client';
import type { Account } from './accounts.ts';
import { type Patience, patiently } from './limits.ts';
import type { Credentials } from './own-account.ts';
import { type Line, recordedSocket } from './recorded-socket.ts';
import { Tape } from './tape.ts';

/** One device of an account. */
export interface Device {
  readonly account: Pick<Account, 'id'>;
  readonly client: Client;
  readonly line: Line;
  /** The access token that is in force. */
  readonly token: () => string;
}

const devicesEach = 2;
/** Of one who is alone: as many as two people have. */
const devicesAlone = 4;
const timings = { reconnectBaseMs: 100, reconnectCapMs: 2_000, sendTimeoutMs: 10_000, retryCapMs: 5_000 };

/** Logs an account in at the public address, as any client would. @throws MessoxError */
export const logIn = async (url: string, { password, username }: Credentials, name: string): Promise<Device> => {
  const line: Line = { name, userId: 0, tape: new Tape(), socket: undefined, sockets: 0, positions: new Map() };
  let tokens: SavedTokens | undefined;
  const client = createClient({
    url,
    clientName: 'messox verify',
    timings,
    WebSocket: recordedSocket(line),
    onTokens: (now) => {
      tokens = now;
    },
  });
  const { id } = await client.login({ username, password });
  line.userId = id;
  return { account: { id }, client, line, token: () => tokens?.accessToken ?? '' };
};

/** Two devices for each account. */
export const logInAll = async (
  url: string,
  accounts: readonly Account[],
  patienceOf: (left: number) => Patience,
): Promise<Device[]> => {
  const devices: Device[] = [];
  for (const [index, account] of accounts.entries())
    for (let which = 0; which < devicesEach; which += 1) {
      const name = `${index + 1}${'ab'[which] ?? ''}`;
      const left = devicesEach * accounts.length - devices.length;
      devices.push(await patiently(patienceOf(left), () => logIn(url, account, name)));
    }
  return devices;
};

/** Several devices of one account, and one more that is silent; `work` has them, and then they are logged out. */
export const withOwnDevices = async <T>(
  url: string,
  credentials: Credentials,
  patience: Patience,
  work: (devices: readonly Device[], silent: Device) => Promise<T>,
): Promise<T> => {
  const all: Device[] = [];
  try {
    const enter = (name: string) => patiently(patience, () => logIn(url, credentials, name));
    const silent = await enter('idle');
    all.push(silent);
    for (let which = 0; which < devicesAlone; which += 1) all.push(await enter(`1${'abcd'[which] ?? ''}`));
    return await work(all.slice(1), silent);
  } finally {
    // What is not told now ends by itself.
    await Promise.allSettled(all.map(({ client }) => client.logout()));
  }
};
