import type { Settings } from '../project/schema.ts';

/** Where the admin's certificate and key are inside the container. */
export const tlsTargets = { certificate: '/run/messox-tls/certificate.pem', key: '/run/messox-tls/key.pem' } as const;

/** Whether clients speak TLS with our nginx. */
export const hasTls = ({ tls }: Settings['deploy']): boolean => tls.mode === 'acme' || tls.mode === 'files';

/** Where clients reach the server. */
export const publicUrl = ({ domain = 'localhost', ports, tls }: Settings['deploy']): string => {
  if (tls.mode === 'proxy') return `https://${domain}`;
  const [scheme, port, usual] = tls.mode === 'off' ? ['http', ports.http, 80] : ['https', ports.https, 443];
  return `${scheme}://${domain}${port === usual ? '' : `:${port}`}`;
};
