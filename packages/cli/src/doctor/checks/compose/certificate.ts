import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type CertificateFacts, readCertificate } from '../../../docker/certificate.ts';
import { certificateFiles } from '../../../docker/renewed-certificate.ts';
import { hasTls } from '../../../stack/tls.ts';
import { fail, type Finding, ok, warn } from '../../check.ts';
import { needsRunning, stackCheck } from './stack-check.ts';

/** Below that, what renews it did not: nginx asks when a third of 90 days is left. */
const fewDays = 14;

/** What Let's Encrypt's service for tests signs as. */
const isStaging = ({ issuer }: CertificateFacts): boolean => /\(STAGING\)|Fake LE/i.test(issuer);

export interface CertificateWants {
  readonly domain: string;
  readonly tls: 'acme' | 'files';
  /** Fingerprint of the one in the file that nginx is given; undefined where there is none, or it cannot be read. */
  readonly given?: string | undefined;
}

export const judgeCertificate = (
  facts: CertificateFacts | undefined,
  { domain, given, tls }: CertificateWants,
): Finding => {
  const look =
    tls === 'acme' ? '`messox logs nginx --since 24h` (says why there is none)' : '`messox logs nginx -n 50`';
  if (!facts) return fail(`nginx shows no certificate for ${domain}`, look);
  const { covers, daysLeft, expiresAt, fingerprint, issuer, subject } = facts;
  const until = `until ${expiresAt.slice(0, 10)}`;
  const renew =
    tls === 'acme'
      ? '`messox logs nginx --since 24h` (says why it is not renewed)'
      : 'Renew it, and then: `messox restart`';
  if (given !== undefined && given !== fingerprint)
    return (covers && daysLeft >= 0 ? warn : fail)(
      `nginx does not show the certificate of its file, but another one, valid ${until}`,
      '`messox restart` (nginx takes a renewed file), or after a change of deploy.tls: `messox up -d`',
    );
  if (!covers)
    return fail(
      `the certificate is for ${subject === '' ? 'another name' : subject}, and not for ${domain}`,
      tls === 'acme'
        ? look
        : 'Name one for this name: `messox config set deploy.tls.certificate FILE`, and deploy.tls.key',
    );
  if (daysLeft < 0) return fail(`the certificate ran out: it was valid ${until}`, renew);
  if (isStaging(facts))
    return warn(
      `the certificate is of ${issuer}, for tests: no client believes it`,
      '`messox config set deploy.tls.staging false`, and then: `messox up`',
    );
  if (daysLeft < fewDays) return warn(`the certificate is valid for ${daysLeft} days only, ${until}`, renew);
  return ok(`of ${issuer === '' ? 'its owner' : issuer}, ${until} (${daysLeft} days)`);
};

/** Of the first certificate in the file; undefined when that cannot be read. */
const fingerprintOf = async (path: string): Promise<string | undefined> => {
  try {
    return new X509Certificate(await readFile(path)).fingerprint256;
  } catch {
    return undefined;
  }
};

export const certificate = stackCheck({
  id: 'certificate',
  title: 'Certificate',
  group: 'tls',
  when: ['doctor'],
  skip: async (facts) =>
    hasTls(facts.stack.settings.deploy) ? needsRunning('nginx')(facts) : 'nginx speaks no TLS here',
  run: async ({ stack: { address, dir, settings } }) => {
    const { domain = 'localhost', ports, tls } = settings.deploy;
    const facts = await readCertificate(address, ports.https, domain);
    const [file] = certificateFiles(dir, tls);
    const given = file === undefined ? undefined : await fingerprintOf(file);
    return judgeCertificate(facts, { domain, tls: tls.mode === 'acme' ? 'acme' : 'files', given });
  },
});
