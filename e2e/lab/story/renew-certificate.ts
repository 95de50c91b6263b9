import { rename } from 'node:fs/promises';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { certificateIn, renewalIn } from '../machine/certificate.ts';
import { check } from './check.ts';
import type { Messox } from './messox.ts';

/** The certificate that nginx shows, by its fingerprint. */
const shownAt = async (url: string): Promise<string> => {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), servername: hostname });
  try {
    await once(socket, 'secureConnect');
    return socket.getPeerCertificate().fingerprint256;
  } finally {
    socket.destroy();
  }
};

interface Renewed {
  readonly messox: Messox;
  readonly dir: string;
  readonly url: string;
  /** Of the lab, with the certificates. */
  readonly folder: string;
}

/** Puts another certificate in the place of the first, as programs that renew them do, and lets the stack take it. */
export const renewCertificate = async ({ dir, folder, messox, url }: Renewed): Promise<void> => {
  const before = await shownAt(url);
  const [place, renewal] = [certificateIn(folder), renewalIn(folder)];
  await rename(renewal.certificate, place.certificate);
  await rename(renewal.key, place.key);
  check((await shownAt(url)) === before, 'nginx has the renewed certificate before it was started anew');
  await messox.run(dir, ['up', '-d', '--yes', '--wait-timeout', '300']);
  check((await shownAt(url)) !== before, 'nginx shows the old certificate after that');
};
