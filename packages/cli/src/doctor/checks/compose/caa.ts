import type { CaaRecord } from 'node:dns';
import { beforeStart, fail, type Finding, ok } from '../../check.ts';
import { type CaaRecords, lookUpCaa } from '../../dns.ts';
import { needsPublicName, softened } from './public-name.ts';
import { stackCheck } from './stack-check.ts';

/** By which Let's Encrypt is named in these records. */
const authority = 'letsencrypt.org';
/** How nginx proves that the name leads to it (RFC 8555, 8.3). */
const method = 'http-01';

/** `letsencrypt.org; validationmethods=http-01` (RFC 8659, 4.2; RFC 8657, 4). */
const permits = (issue: string): boolean => {
  const [name = '', ...parameters] = issue.split(';').map((part) => part.trim().toLowerCase());
  const [, methods] = parameters.map((it) => it.split('=')).find(([key]) => key === 'validationmethods') ?? [];
  return name === authority && (methods === undefined || methods.split(',').some((it) => it.trim() === method));
};

const issuersOf = (records: readonly CaaRecord[]): string[] =>
  records.flatMap(({ issue }) => (issue === undefined ? [] : [issue]));

export const judgeCaa = (found: CaaRecords | undefined): Finding => {
  if (!found) return ok('no CAA record, so every authority may give a certificate');
  const issuers = issuersOf(found.records);
  if (issuers.length === 0) return ok(`the CAA records of ${found.at} are not about names like this one`);
  if (issuers.some(permits)) return ok(`the CAA records of ${found.at} let ${authority} give a certificate`);
  return fail(
    `the CAA records of ${found.at} let only ${issuers.map((it) => (/^\s*(;|$)/.test(it) ? 'nobody' : it)).join(', ')} give a certificate, and nginx asks ${authority}, by ${method}`,
    `Add the record: ${found.at}. CAA 0 issue "${authority}"`,
  );
};

export const caa = stackCheck({
  id: 'caa',
  title: 'CAA record',
  group: 'tls',
  when: ['doctor', ...beforeStart],
  outside: true,
  skip: (facts, context) =>
    facts.stack.settings.deploy.tls.mode === 'acme'
      ? needsPublicName(facts, context)
      : 'no certificate is to be asked for',
  run: async ({ stack: { settings } }, context) =>
    softened(judgeCaa(await lookUpCaa(settings.deploy.domain ?? '')), context),
});
