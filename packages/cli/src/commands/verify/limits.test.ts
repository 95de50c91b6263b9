import { MessoxError } from '@messox/client';
import { expect, it } from 'vitest';
import { loginsFix, patiently, socketsFix } from './limits.ts';

const nginx = { authPerMinute: 10, restPerSecond: 20, socketOpensPerSecond: 2, socketsPerAddress: 20, bodyMb: 1 };
const refusal = (retryAfterMs?: number) =>
  new MessoxError('rate_limited', retryAfterMs === undefined ? {} : { details: { retryAfterMs } });

it.each([
  [{ nginx, trustedProxies: 1 }, 1_000, 'deploy.limits.authPerMinute 60'],
  [{ nginx, trustedProxies: 1 }, 600_000, 'limits.loginsPerAddress'],
  [{ nginx: undefined, trustedProxies: 0 }, 600_000, 'server.trustedProxies 1'],
  [{ nginx: undefined, trustedProxies: 1 }, 600_000, 'limits.loginsPerAddress'],
  [undefined, 600_000, 'Whoever runs it'],
])('what keeps an address from logging in is named: %j, after %d ms', (counters, retryAfterMs, key) =>
  expect(loginsFix(counters, refusal(retryAfterMs))).toContain(key),
);

it.each([
  [{ nginx, trustedProxies: 1 }, 'deploy.limits.socketsPerAddress 40'],
  [{ nginx: undefined, trustedProxies: 0 }, 'server.trustedProxies 1'],
  [{ nginx: undefined, trustedProxies: 1 }, 'limits.socketsPerAddress'],
  [undefined, 'Whoever runs it'],
])('what keeps it from another socket is named: %j', (counters, key) => expect(socketsFix(counters)).toContain(key));

it('waits for seconds, and for nothing else', async () => {
  const { signal } = new AbortController();
  let waits = 0;
  const enter = (fault: Error) =>
    patiently({ signal, onWait: () => (waits += 1) }, () =>
      waits < 2 ? Promise.reject(fault) : Promise.resolve('in'),
    );
  expect(await enter(refusal(1))).toBe('in');
  expect(waits).toBe(2);
  waits = 0;
  for (const fault of [refusal(), refusal(900_000), new MessoxError('invalid_credentials')])
    await expect(enter(fault)).rejects.toBe(fault);
  expect(waits).toBe(0);
});
