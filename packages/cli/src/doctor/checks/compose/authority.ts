import { acmeDirectories } from '../../../stack/nginx/index.ts';
import { type Finding, ok, warn } from '../../check.ts';
import { stackCheck } from './stack-check.ts';

const patienceMs = 5_000;
/** Tokens and certificates stand so much; HTTP tells whole seconds (RFC 9110, 5.6.7). */
const toleranceMs = 30_000;

/** What the authority answered; `date` is its time, in ms, where it tells it. */
export interface AuthorityAnswer {
  readonly status: number;
  readonly date: number | undefined;
}

export const askAuthority = async (url: string): Promise<AuthorityAnswer> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
  await response.body?.cancel();
  const date = Date.parse(response.headers.get('date') ?? '');
  return { status: response.status, date: Number.isNaN(date) ? undefined : date };
};

export const judgeAuthority = ({ date, status }: AuthorityAnswer, now: number, host: string): Finding => {
  if (status !== 200) return warn(`${host} answers ${status}`, 'https://letsencrypt.status.io');
  if (date === undefined) return ok(`${host} answers`);
  const aheadMs = now - date;
  if (Math.abs(aheadMs) <= toleranceMs) return ok(`${host} answers, and its clock and that of this machine agree`);
  return warn(
    `the clock of this machine is ${Math.round(Math.abs(aheadMs) / 1_000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} that of ${host}: certificates and tokens may not be valid`,
    'Set the clock and keep it set: sudo timedatectl set-ntp true',
  );
};

export const authority = stackCheck({
  id: 'authority',
  title: 'Certificate authority',
  group: 'tls',
  when: ['doctor'],
  outside: true,
  skip: ({ stack: { settings } }) =>
    settings.deploy.tls.mode === 'acme' ? undefined : 'no certificate is to be asked for',
  run: async ({ stack: { settings } }) => {
    const url = acmeDirectories[settings.deploy.tls.staging ? 'staging' : 'production'];
    const { host } = new URL(url);
    try {
      return judgeAuthority(await askAuthority(url), Date.now(), host);
    } catch (error) {
      const { message } = error as Error;
      return warn(
        `${host} cannot be reached (${message}), so no certificate can be had or renewed`,
        `curl -sS ${url} (says more of it)`,
      );
    }
  },
});
