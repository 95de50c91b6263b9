import { MessoxError } from '@messox/client';
import { setTimeout as delay } from 'node:timers/promises';
import { CliError } from '../../errors/cli-error.ts';
import type { Settings } from '../../project/schema.ts';

/** What is known here of who counts the addresses of clients. */
export interface Counters {
  /** Of the nginx of a server that Docker runs. */
  readonly nginx: Settings['deploy']['limits'] | undefined;
  /** As processes of the server have it. */
  readonly trustedProxies: number;
}

/** Each account has two devices; one more is silent, and one more socket at a time reads what there is in the end. */
const socketsOf = (accounts: number): number => 2 * accounts + 2;

const raise = (key: string, value: number): string =>
  `\`messox config set deploy.limits.${key} ${value}\` and \`messox up -d\``;

/** All of them talk from one address. @throws CliError invalid_usage where nginx lets it have fewer sockets */
export const refuseTooMany = ({ nginx }: Counters, accounts: number): void => {
  const most = nginx?.socketsPerAddress ?? Infinity;
  const needed = socketsOf(accounts);
  if (needed <= most) return;
  const fitting = Math.floor(most / 2) - 1;
  throw new CliError('invalid_usage', `--accounts ${accounts} takes ${needed} sockets, all of them from here`, {
    detail: `nginx lets one address have ${most} (deploy.limits.socketsPerAddress).`,
    fixes: [...(fitting >= 2 ? [`\`messox verify --accounts ${fitting}\``] : []), raise('socketsPerAddress', needed)],
  });
};

const hour = 'Try again in a quarter of an hour.';

/** What mends that this address may not log in: nginx counts all logins, and the server those that failed. */
export const loginsFix = (counters: Counters | undefined, error: MessoxError): string => {
  if (!counters) return `${hour} Whoever runs it can raise deploy.limits.authPerMinute, or limits.loginsPerAddress.`;
  const { nginx, trustedProxies } = counters;
  if (nginx && isShort(error)) return raise('authPerMinute', 6 * nginx.authPerMinute);
  if (trustedProxies === 0) return `${hour} Behind a proxy: \`messox config set server.trustedProxies 1\``;
  return `${hour} Too many logins failed there: \`messox config get limits.loginsPerAddress\``;
};

/** What mends that this address may open no socket. */
export const socketsFix = (counters: Counters | undefined): string => {
  if (!counters) return 'Try again later. Whoever runs it can raise deploy.limits.socketsPerAddress.';
  const { nginx, trustedProxies } = counters;
  if (nginx) return raise('socketsPerAddress', 2 * nginx.socketsPerAddress);
  return trustedProxies === 0
    ? '`messox config set server.trustedProxies 1`, where a proxy is in front'
    : '`messox config get limits.socketsPerAddress`';
};

/** nginx asks to wait for seconds, and the server for minutes. */
const shortMs = 60_000;

const isShort = ({ retryAfterMs = Infinity }: MessoxError): boolean => retryAfterMs <= shortMs;

/** How long one login may take: nginx lets in one a minute at least. */
const patienceMs = 150_000;

export interface Patience {
  readonly signal: AbortSignal;
  /** From one login to the next, in ms, where that is known. */
  readonly paceMs?: number;
  /** Called before each wait. */
  readonly onWait: () => void;
}

/** Tries again where the address has logged in too often for the moment. @throws MessoxError where that is no matter of seconds */
export const patiently = async <T>({ onWait, paceMs = 0, signal }: Patience, logIn: () => Promise<T>): Promise<T> => {
  const until = performance.now() + patienceMs;
  for (;;)
    try {
      return await logIn();
    } catch (error) {
      if (!(error instanceof MessoxError) || error.code !== 'rate_limited' || !isShort(error)) throw error;
      if (performance.now() > until) throw error;
      onWait();
      await delay(Math.max(error.retryAfterMs ?? 0, paceMs), undefined, { signal });
    }
};
