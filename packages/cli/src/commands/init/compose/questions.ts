import { existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { Context } from '../../../framework/context.ts';
import type { ComposeAnswers } from '../../../project/compose-template.ts';
import { portTaken } from '../../../project/port-taken.ts';
import { settingsSchema } from '../../../project/schema.ts';
import { findSetting } from '../../../project/setting.ts';
import { lookAtTlsFile } from '../../../project/tls-file.ts';
import { askRegistration } from '../questions.ts';

export interface Given {
  readonly domain: string | undefined;
  readonly tls: ComposeAnswers['tls'] | undefined;
  readonly email: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  readonly replicas: number | undefined;
  readonly registration: 'open' | 'closed' | undefined;
}

/** On less, two of each are more than there is room for, in bytes. */
const roomForTwo = 2 * 1024 ** 3 * 0.9;

/** What is wrong with a value below `deploy`, by the schema. */
const checkedBy = (key: string, deployOf: (text: string) => object) => (text: string) => {
  const parsed = settingsSchema.safeParse({ deploy: deployOf(text.trim()) });
  const isWrong = parsed.error?.issues.some(({ path }) => path.join('.') === key) ?? false;
  return isWrong ? `It is to be ${findSetting(key)?.expected ?? 'another value'}.` : true;
};

const askDomain = ({ ask }: Context): Promise<string> =>
  ask.text({
    message: 'By which name do people reach the server?',
    flag: '--domain <name>',
    validate: checkedBy('deploy.domain', (domain) => ({ domain, tls: { mode: 'proxy' } })),
  });

/** Who has the ports that a server with TLS of its own needs. */
const portOwners = async (): Promise<string[]> => {
  const owners = await Promise.all([80, 443].map(async (port) => [port, await portTaken(port)] as const));
  return owners.flatMap(([port, owner]) => (owner === undefined ? [] : [`port ${port} is in use by ${owner}`]));
};

const askTls = ({ ask }: Context, taken: readonly string[]): Promise<ComposeAnswers['tls']> =>
  ask.select({
    message: `Where does TLS come from?${taken.length > 0 ? ` (${taken.join(', ')})` : ''}`,
    flag: '--tls <mode>',
    choices: [
      { value: 'acme', name: "Certificates of Let's Encrypt, fetched and renewed by nginx" },
      { value: 'proxy', name: 'A proxy of yours in front, on this machine (nginx, Caddy, Traefik, …)' },
      { value: 'files', name: 'A certificate of yours' },
      { value: 'off', name: 'Nowhere: for this machine alone' },
    ],
    default: taken.length > 0 ? 'proxy' : 'acme',
  });

const askEmail = ({ ask }: Context): Promise<string> =>
  ask.text({
    message: "Where may Let's Encrypt write to about the certificate?",
    flag: '--email <address>',
    validate: checkedBy('deploy.tls.email', (email) => ({ domain: 'chat.example.org', tls: { email } })),
  });

const checkPath = (name: 'certificate' | 'key') =>
  checkedBy(`deploy.tls.${name}`, (path) => ({
    tls: { mode: 'files', certificate: '/x', key: '/x', [name]: path },
  }));

/** The same, and that there is a file: nginx is to have it. */
const checkFile = (name: 'certificate' | 'key', dir: string) => (path: string) => {
  const checked = checkPath(name)(path);
  if (checked !== true) return checked;
  const file = resolve(dir, path.trim());
  const { kind } = lookAtTlsFile(file);
  if (kind === 'missing') return `There is no file ${file}.`;
  return kind === 'folder' ? `${file} is a folder.` : true;
};

const askKey = ({ ask }: Context, dir: string): Promise<string> =>
  ask.text({ message: 'Which file is its key?', flag: '--key <file>', validate: checkFile('key', dir) });

/** The key of a certificate, where it stands beside it under a name that such files have. */
const keyBeside = (dir: string, certificate: string): string | undefined => {
  const name = basename(certificate, extname(certificate));
  return [`${name}.key`, `${name}-key.pem`, 'privkey.pem', 'key.pem']
    .map((file) => join(dirname(certificate), file))
    .find((path) => existsSync(resolve(dir, path)));
};

/** Asked for the certificate alone, one names the key by putting it beside. */
const askCertificate = ({ ask }: Context, dir: string, isKeyGiven: boolean): Promise<string> =>
  ask.text({
    message: 'Which file is the certificate?',
    flag: '--certificate <file>',
    validate: (path) => {
      const checked = checkFile('certificate', dir)(path);
      if (checked !== true || isKeyGiven || keyBeside(dir, path.trim()) !== undefined) return checked;
      return 'No key stands beside it (NAME.key, privkey.pem or key.pem): put it there, or give both with --certificate and --key.';
    },
  });

/** The files of a certificate of one's own. */
const gatherFiles = async (
  context: Context,
  dir: string,
  given: Given,
): Promise<Pick<ComposeAnswers, 'certificate' | 'key'>> => {
  const certificate = (given.certificate ?? (await askCertificate(context, dir, given.key !== undefined))).trim();
  const beside = given.certificate === undefined ? keyBeside(dir, certificate) : undefined;
  return { certificate, key: (given.key ?? beside ?? (await askKey(context, dir))).trim() };
};

/** A port for a proxy to find us at, beside what it has itself. */
const proxyPort = async (): Promise<number> => {
  for (let port = 8080; port < 8180; port += 1) if ((await portTaken(port)) === undefined) return port;
  return 8080;
};

/**
 * The answers that options gave, and the rest: asked for, or the defaults. Nobody is asked more than five things, the mode
 * among them, so what can be changed at any time has its default. What has no default is asked for with `--yes`, too.
 *
 * @throws CliError input_needed, naming the option
 */
export const gatherComposeAnswers = async (context: Context, dir: string, given: Given): Promise<ComposeAnswers> => {
  const { ask, flags } = context;
  const asks = ask.possible && !flags.yes;
  const domain = given.domain ?? (given.tls === 'off' ? '' : await askDomain(context));
  const taken = given.tls === undefined && asks ? await portOwners() : [];
  const tls = given.tls ?? (asks ? await askTls(context, taken) : 'acme');
  const email = tls === 'acme' ? (given.email ?? (await askEmail(context))) : '';
  const files = tls === 'files' ? await gatherFiles(context, dir, given) : { certificate: '', key: '' };
  const registration = given.registration ?? (asks ? await askRegistration(context) : 'open');
  const replicas = given.replicas ?? (totalmem() < roomForTwo ? 1 : 2);
  const httpPort = tls === 'proxy' || tls === 'off' ? await proxyPort() : 80;
  return {
    domain: domain.trim(),
    tls,
    email: email.trim(),
    ...files,
    registration,
    replicas,
    httpPort,
  };
};
