import { publicAddress } from '../../project/public-address.ts';
import { askAt } from '../arrival/ask.ts';
import { needsServer, needsSettings, ok, warn, type Check, type Finding } from '../check.ts';
import { judgeDifference } from './clock-difference.ts';
import { needsRunning } from './compose/stack-check.ts';

/** What the answer of a proxy or a server says of its time, and when that was, in ms; `date` is undefined where it says nothing. */
export interface AnswerTime {
  readonly date: number | undefined;
  readonly now: number;
}

/** The time of whoever answers there. No certificate is trusted: by a wrong clock, none would be valid. */
export const askTime = async (address: string): Promise<AnswerTime> => {
  const url = new URL('/healthz', address);
  const { date } = await askAt(url, url.hostname.replaceAll(/^\[|\]$/g, ''));
  return { date, now: Date.now() };
};

export const judgeAnswerTime = ({ date, now }: AnswerTime, host: string): Finding =>
  date === undefined
    ? ok(`${host} does not tell its time`)
    : judgeDifference(now - date, host, `that of ${host} and that of this machine agree`);

const isOfMachine = (address: string): boolean =>
  /^(127\.[\d.]+|\[::1\]|(.+\.)?localhost)$/.test(new URL(address).hostname);

/** With a certificate that is asked for, the authority tells the time. */
export const clockOutside: Check = {
  id: 'clock-outside',
  title: 'Clock at the public address',
  group: 'host',
  when: ['doctor'],
  outside: true,
  skip: async (context) => {
    const reason = needsSettings(context);
    if (reason !== undefined) return reason;
    const { deploy, mode } = context.settings ?? {};
    if (mode === 'compose' && deploy?.tls.mode === 'acme') return 'compared with that of the certificate authority';
    const address = publicAddress(context.dir);
    if (address === undefined || isOfMachine(address)) return 'the public address is one of this machine';
    return context.stack ? needsRunning('nginx')(context.stack) : needsServer(context);
  },
  run: async ({ dir }) => {
    const address = publicAddress(dir) ?? '';
    const { host } = new URL(address);
    try {
      return judgeAnswerTime(await askTime(address), host);
    } catch (error) {
      return warn(`${host} cannot be asked for its time (${(error as Error).message})`, '`messox verify` (says why)');
    }
  },
};
