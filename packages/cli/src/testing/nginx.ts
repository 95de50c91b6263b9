import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { type NginxFeatures, nginxFeatures, type NginxOptions, renderNginx } from '../stack/nginx/index.ts';

/** The path of another nginx, such as a newer one, for the tests to run as well. */
const givenVariable = 'MESSOX_TEST_NGINX';

export interface TestNginx {
  readonly program: string;
  readonly version: string;
  readonly features: NginxFeatures;
}

const lookAt = (program: string): TestNginx => {
  const { stderr } = spawnSync(program, ['-V'], { encoding: 'utf8' });
  return { program, version: /nginx\/([\d.]+)/.exec(stderr)?.[1] ?? '?', features: nginxFeatures(stderr) };
};

/** Every nginx that tests can have here: the machine's, and the one that `MESSOX_TEST_NGINX` names. */
export const testNginxes = (): readonly TestNginx[] => {
  const given = process.env[givenVariable];
  if (given !== undefined && !existsSync(given)) throw new Error(`There is no ${given}, which ${givenVariable} names.`);
  const here = ['/usr/sbin/nginx', '/usr/local/sbin/nginx'].filter((path) => existsSync(path)).slice(0, 1);
  return [...new Set([...here, ...(given === undefined ? [] : [given])])].map(lookAt);
};

/** Why there is none; undefined when there is one. For `skip` of a test's context. */
export const nginxMissing = (): string | undefined =>
  testNginxes().length === 0 ? 'there is no nginx here (Debian: apt-get install nginx-light)' : undefined;

/** A folder with the certificate of a name, signed by itself. */
export const testCertificate = async (domain: string, folder: string) => {
  const [certificatePath, keyPath] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyPath];
  const subject = ['-subj', `/CN=${domain}`, '-addext', `subjectAltName=DNS:${domain}`, '-days', '2'];
  await execa('openssl', ['req', '-x509', ...key, ...subject, '-out', certificatePath]);
  return { certificatePath, keyPath };
};

export interface NginxFolder {
  readonly folder: string;
  /** The nginx.conf. */
  readonly main: string;
  readonly accessLog: string;
  readonly errorLog: string;
  remove(): void;
}

/** Where a site stands on Debian. */
const debianMain = (folder: string): string =>
  `pid ${folder}/pid; error_log ${folder}/error.log; events {} http { include site/*.conf; }\n`;

/** Writes what is rendered into a folder, with all that nginx writes in it, too. */
export const nginxFolder = (options: NginxOptions, more: Readonly<Record<string, string>> = {}): NginxFolder => {
  const folder = mkdtempSync(join(tmpdir(), 'messox-nginx-'));
  const [accessLog, errorLog] = [join(folder, 'access.log'), join(folder, 'error.log')];
  const places = { pid: join(folder, 'pid'), temporary: folder, accessLog, errorLog, acmeState: folder };
  const isSite = options.layout === 'site';
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  if (isSite) write('nginx.conf', debianMain(folder));
  for (const { content, path } of renderNginx({ ...options, places: { ...places, ...options.places } }))
    write(path.replace(/^nginx\//, isSite ? 'site/' : ''), content);
  for (const [path, content] of Object.entries(more)) write(path, content);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  return { folder, main: join(folder, 'nginx.conf'), accessLog, errorLog, remove };
};

export interface RunningNginx extends NginxFolder {
  /** Writes the options anew and has them taken over; resolves when the new ones hold. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

const workersOf = (pid: number): string => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');

const isOpen = async (port: number): Promise<boolean> => {
  const socket = connect({ port, host: '127.0.0.1' });
  const opened = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.destroy();
  return opened;
};

/** Starts an nginx on what is rendered, and waits until it listens. */
export const startNginx = async (
  { program }: TestNginx,
  options: NginxOptions,
  more: Readonly<Record<string, string>> = {},
): Promise<RunningNginx> => {
  const files = nginxFolder(options, more);
  // The main process runs no worker as another user then, who could not reach the folder.
  const directives = `daemon off; master_process on;${process.getuid?.() === 0 ? ' user root;' : ''}`;
  const child = spawn(program, ['-e', files.errorLog, '-c', files.main, '-g', directives], { stdio: 'ignore' });
  const ended = once(child, 'close');
  const pid = child.pid ?? 0;
  while (!(await isOpen(options.ports.http))) {
    if (child.exitCode !== null) throw new Error(readFileSync(files.errorLog, 'utf8'));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    ...files,
    reload: async () => {
      const before = workersOf(pid);
      child.kill('SIGHUP');
      const first = before.trim().split(' ')[0] ?? '';
      const isNew = (): boolean => workersOf(pid) !== before || !existsSync(`/proc/${first}`);
      while (!isNew()) await new Promise((resolve) => setTimeout(resolve, 20));
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      files.remove();
    },
  };
};
