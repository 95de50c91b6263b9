import { type Client, createClient, type SavedTokens } from '@messox/client';
import type { Account } from './accounts.ts';
import { type Line, recordedSocket } from './recorded-socket.ts';
import { Tape } from './tape.ts';

/** One device of a temporary account. */
export interface Device {
  readonly account: Account;
  readonly client: Client;
  readonly line: Line;
  /** The access token that is in force. */
  readonly token: () => string;
}

const devicesEach = 2;
const timings = { reconnectBaseMs: 100, reconnectCapMs: 2_000, sendTimeoutMs: 10_000, retryCapMs: 5_000 };

/** Logs an account in at the public address, as any client would. @throws MessoxError */
const logIn = async (url: string, account: Account, name: string): Promise<Device> => {
  const line: Line = {
    name,
    userId: account.id,
    tape: new Tape(),
    socket: undefined,
    sockets: 0,
    positions: new Map(),
  };
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
  await client.login({ username: account.username, password: account.password });
  return { account, client, line, token: () => tokens?.accessToken ?? '' };
};

/** Two devices for each account. */
export const logInAll = async (url: string, accounts: readonly Account[]): Promise<Device[]> => {
  const devices: Device[] = [];
  for (const [index, account] of accounts.entries())
    for (let which = 0; which < devicesEach; which += 1)
      devices.push(await logIn(url, account, `${index + 1}${'ab'[which] ?? ''}`));
  return devices;
};
