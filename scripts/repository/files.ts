import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { root } from '../setup/paths.js';

/** The paths of the files that are in the repository or about to be, relative to its root. */
export function repositoryFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  const paths = listed.toString().split('\0');
  return paths.filter((path) => path !== '' && existsSync(root + path));
}

/** The text of a file of the repository. */
export const textOf = (path: string): string => readFileSync(root + path, 'utf8');

/** What a package of the workspace says of itself. */
export interface Manifest {
  name: string;
  version?: string;
  private?: boolean;
  license?: string;
  engines?: { node?: string };
  packageManager?: string;
  repository?: unknown;
  homepage?: unknown;
  bugs?: unknown;
  files?: string[];
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** The packages of the workspace that are published, each with its folder. */
export function publishedPackages(): { folder: string; manifest: Manifest }[] {
  return repositoryFiles()
    .filter((path) => /^packages\/[^/]+\/package\.json$/.test(path))
    .map((path) => ({ folder: path.replace('/package.json', ''), manifest: JSON.parse(textOf(path)) as Manifest }))
    .filter(({ manifest }) => manifest.private !== true);
}
