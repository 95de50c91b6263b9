import { rename } from 'node:fs/promises';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { certificateIn, renewalIn } from '../machine/certificate.ts';
import { check } from './check.ts';

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

/**
 * Puts another certificate in the place of the first, as programs that renew them do. nginx takes it when it is started anew.
 *
 * @param folder of the lab, with the certificates
 * @returns tells whether nginx shows it
 */
export const renewCertificate = async (url: string, folder: string): Promise<() => Promise<boolean>> => {
  const before = await shownAt(url);
  const [place, renewal] = [certificateIn(folder), renewalIn(folder)];
  await rename(renewal.certificate, place.certificate);
  await rename(renewal.key, place.key);
  const isTaken = async (): Promise<boolean> => (await shownAt(url)) !== before;
  check(!(await isTaken()), 'nginx has the renewed certificate before it was started anew');
  return isTaken;
};
