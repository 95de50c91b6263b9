import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

const named = (folder: string, name: string): CertificateFiles => ({
  certificate: join(folder, 'tls', `${name}.pem`),
  key: join(folder, 'tls', `${name}-key.pem`),
});

/** Where a certificate of the lab is, and its key. */
export const certificateIn = (folder: string): CertificateFiles => named(folder, 'certificate');

/** Where the certificate is that it is renewed with. */
export const renewalIn = (folder: string): CertificateFiles => named(folder, 'renewal');

const make = async ({ certificate, key }: CertificateFiles): Promise<void> => {
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '7'];
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  await execa('openssl', ['req', '-x509', ...kind, ...name, '-keyout', key, '-out', certificate]);
};

/**
 * Makes a certificate for localhost and the one that it is renewed with, and a file for NODE_EXTRA_CA_CERTS with whom this
 * process trusts so far, and with both.
 */
export const makeCertificates = async (folder: string): Promise<string> => {
  await mkdir(join(folder, 'tls'));
  const both = [certificateIn(folder), renewalIn(folder)];
  for (const files of both) await make(files);
  const others = process.env.NODE_EXTRA_CA_CERTS;
  const sources = [...both.map(({ certificate }) => certificate), ...(others === undefined ? [] : [others])];
  const trusted = join(folder, 'tls', 'trusted.pem');
  await writeFile(trusted, (await Promise.all(sources.map((file) => readFile(file)))).join(''));
  return trusted;
};
