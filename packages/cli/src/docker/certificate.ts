import { checkServerIdentity, connect } from 'node:tls';

export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  /** SHA-256, in hexadecimal with colons. */
  readonly fingerprint: string;
  readonly expiresAt: string;
  readonly daysLeft: number;
  /** Whether it is for the name that was asked for. */
  readonly covers: boolean;
}

const patienceMs = 5_000;
const dayMs = 86_400_000;

const textOf = (value: string | string[] | undefined): string => [value ?? ''].flat().join(', ');

/** The certificate that nginx shows to somebody who asks for the name; undefined when none does. It is read, and not trusted. */
export const readCertificate = (
  host: string,
  port: number,
  servername: string,
): Promise<CertificateFacts | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, servername, rejectUnauthorized: false, timeout: patienceMs });
    const end = (facts?: CertificateFacts): void => {
      socket.destroy();
      resolve(facts);
    };
    socket.on('error', () => end());
    socket.on('timeout', () => end());
    socket.on('close', () => end());
    socket.on('secureConnect', () => {
      const certificate = socket.getPeerCertificate();
      const { fingerprint256: fingerprint, issuer, subject, valid_to: validTo } = certificate;
      const expires = Date.parse(validTo);
      end({
        subject: textOf(subject.CN),
        issuer: textOf(issuer.O ?? issuer.CN),
        covers: checkServerIdentity(servername, certificate) === undefined,
        fingerprint,
        expiresAt: new Date(expires).toISOString(),
        daysLeft: Math.floor((expires - Date.now()) / dayMs),
      });
    });
  });
