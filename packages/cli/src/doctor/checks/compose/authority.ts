import { acmeDirectories } from '../../../stack/nginx/index.ts';
import { type Finding, ok, warn } from '../../check.ts';
import { judgeDifference } from '../clock-difference.ts';
import { stackCheck } from './stack-check.ts';

const patienceMs = 5_000;
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
  return judgeDifference(now - date, host, `${host} answers, and its clock and that of this machine agree`);
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
