import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const settings = `
[ca]
default_ca = it
[it]
dir = .
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
default_days = 30
[any]
commonName = supplied
[authority]
basicConstraints = critical,CA:true
`;

/** A certificate in PEM, with its key. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface LeafOptions {
  readonly name?: string;
  /** As openssl has times: YYYYMMDDHHMMSSZ. */
  readonly from?: string;
  readonly to?: string;
  /** Which of the two authorities signs it. */
  readonly by?: 'root' | 'intermediate';
}

export interface Authority {
  /** The file of the root's certificate, for NODE_EXTRA_CA_CERTS. */
  readonly file: string;
  readonly root: string;
  readonly intermediate: string;
  issue(options?: LeafOptions): Promise<Certificate>;
  /** One that nobody but itself signed. */
  selfSigned(): Promise<Certificate>;
  remove(): Promise<void>;
}

const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Two authorities of a test's own: a root, and one that it signed. */
export const makeAuthority = async (): Promise<Authority> => {
  const cwd = await mkdtemp(join(tmpdir(), 'messox-ca-'));
  const openssl = (...words: readonly string[]) => run('openssl', words, { cwd });
  const read = (name: string): Promise<string> => readFile(join(cwd, name), 'utf8');
  await writeFile(join(cwd, 'ca.cnf'), settings);
  await writeFile(join(cwd, 'index.txt'), '');
  await writeFile(join(cwd, 'serial'), '01\n');
  const request = (name: string, subject: string): Promise<unknown> =>
    openssl(
      ...['req', '-new', ...curve, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${subject}`],
      ...['-addext', `subjectAltName=DNS:${subject}`],
    );
  const sign = (by: string, name: string, ...more: readonly string[]): Promise<unknown> =>
    openssl(
      ...['ca', '-batch', '-notext', '-config', 'ca.cnf', '-cert', `${by}.pem`, '-keyfile', `${by}.key`],
      ...['-in', `${name}.csr`, '-out', `${name}.pem`, ...more],
    );
  const own = (name: string, subject: string): Promise<unknown> =>
    openssl(
      ...['req', '-x509', ...curve, '-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${subject}`],
      ...['-days', '30', '-addext', `subjectAltName=DNS:${subject}`],
    );
  await own('root', 'root of a test');
  await request('intermediate', 'between');
  await sign('root', 'intermediate', '-extensions', 'authority');
  let issued = 0;
  const certificate = async (name: string): Promise<Certificate> => ({
    cert: await read(`${name}.pem`),
    key: await read(`${name}.key`),
  });
  return {
    file: join(cwd, 'root.pem'),
    root: await read('root.pem'),
    intermediate: await read('intermediate.pem'),
    issue: async ({ by = 'root', from, name: subject = 'localhost', to } = {}) => {
      const name = `leaf-${(issued += 1)}`;
      await request(name, subject);
      const times = [...(from ? ['-startdate', from] : []), ...(to ? ['-enddate', to] : [])];
      await sign(by, name, ...times);
      return certificate(name);
    },
    selfSigned: async () => {
      await own('self', 'localhost');
      return certificate('self');
    },
    remove: () => rm(cwd, { recursive: true, force: true }),
  };
};
