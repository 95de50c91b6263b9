import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** Where a certificate of the lab is, and its key. */
export const certificateIn = (folder: string) => ({
  certificate: join(folder, 'tls', 'certificate.pem'),
  key: join(folder, 'tls', 'key.pem'),
});

/** Makes a certificate for localhost, and a file for NODE_EXTRA_CA_CERTS with whom this process trusts so far, and with it. */
export const makeCertificate = async (folder: string): Promise<string> => {
  const { certificate, key } = certificateIn(folder);
  await mkdir(join(folder, 'tls'));
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '7'];
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  await execa('openssl', ['req', '-x509', ...kind, ...name, '-keyout', key, '-out', certificate]);
  const trusted = join(folder, 'tls', 'trusted.pem');
  const others = process.env.NODE_EXTRA_CA_CERTS;
  await copyFile(certificate, trusted);
  if (others !== undefined) await writeFile(trusted, await readFile(others), { flag: 'a' });
  return trusted;
};
