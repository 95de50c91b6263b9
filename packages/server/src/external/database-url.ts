import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { DatabaseAddress } from '../kernel/database/pool.ts';
import { StartFault } from '../kernel/fault.ts';

const invalid = (why: string): StartFault =>
  new StartFault(
    'database_url_invalid',
    `MESSOX_DATABASE_URL is not what it should be: ${why}`,
    'It looks like this: postgres://user:password@host:5432/database?sslmode=verify-full',
  );

const modes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
const parameters = new Set(['sslmode', 'sslrootcert', 'host', 'application_name', 'connect_timeout']);

const authorityOf = (path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch {
    throw invalid(`the file ${path}, which sslrootcert names, cannot be read.`);
  }
};

/** What libpq's `sslmode` means; https://www.postgresql.org/docs/current/libpq-ssl.html */
const encryption = (host: string, mode: string, root: string | null): Pick<DatabaseAddress, 'ssl'> => {
  if (!(modes as readonly string[]).includes(mode)) throw invalid(`sslmode is one of ${modes.join(', ')}.`);
  if (mode === 'disable') return {};
  if (mode === 'allow' || mode === 'prefer') return { ssl: 'prefer' };
  const own = root === null || root === 'system' ? {} : { ca: authorityOf(root) };
  const name = isIP(host) ? { host } : { host, servername: host };
  // With an authority of one's own, `require` checks it, too.
  if (mode === 'require' && !('ca' in own)) return { ssl: { ...name, rejectUnauthorized: false } };
  if (mode === 'verify-full') return { ssl: { ...name, ...own } };
  return { ssl: { ...name, ...own, checkServerIdentity: () => undefined } };
};

/** @throws StartFault database_url_invalid; the URL, which holds a password, is not in it */
export const parseDatabaseUrl = (text: string): DatabaseAddress => {
  if (!URL.canParse(text)) throw invalid('it is no URL.');
  const { hostname, password, pathname, port, protocol, searchParams, username } = new URL(text);
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') throw invalid('it does not begin with postgres://.');
  const unknown = [...searchParams.keys()].find((name) => !parameters.has(name));
  if (unknown !== undefined) throw invalid(`${unknown} is no parameter that is known.`);
  const database = decodeURIComponent(pathname.slice(1));
  if (username === '') throw invalid('it names no user.');
  if (database === '') throw invalid('it names no database.');
  const account = { user: decodeURIComponent(username), password: decodeURIComponent(password), database };
  const folder = searchParams.get('host');
  const number = port === '' ? 5432 : Number(port);
  if (folder?.startsWith('/') === true) return { ...account, path: `${folder}/.s.PGSQL.${number}` };
  const host = hostname.replace(/^\[|\]$/g, '');
  const ssl = encryption(host, searchParams.get('sslmode') ?? 'prefer', searchParams.get('sslrootcert'));
  return { ...account, host, port: number, ...ssl };
};
