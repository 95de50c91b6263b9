import type { Context } from '../framework/context.ts';
import { type DockerOptions, runDocker } from './run-docker.ts';

/** `docker compose` on the files of one folder, as one project. */
export interface Compose {
  readonly dir: string;
  readonly project: string;
  run(words: readonly string[], options: Omit<DockerOptions, 'cwd'>): Promise<string>;
}

/** @param files what it reads, later ones after earlier ones; what it finds in the folder when not given */
export const composeOf = (dir: string, project: string, files: readonly string[] = []): Compose => {
  const place = ['--project-directory', dir, '--project-name', project, ...files.flatMap((file) => ['--file', file])];
  return {
    dir,
    project,
    run: (words, options) =>
      runDocker(['compose', ...place, '--progress', 'plain', ...words], { ...options, cwd: dir }),
  };
};

/** What a long call says on the way: the words of docker with `-v`, else nothing. */
export const toldBy =
  ({ output }: Pick<Context, 'output'>): ((line: string) => void) =>
  (line) =>
    output.detail(`  ${line}`);
