import type { Context } from '../framework/context.ts';
import { type DockerOptions, runDocker } from './run-docker.ts';

/** `docker compose` on the files of one folder, as one project. */
export interface Compose {
  readonly dir: string;
  readonly project: string;
  run(words: readonly string[], options: Omit<DockerOptions, 'cwd'>): Promise<string>;
}

export const composeOf = (dir: string, project: string): Compose => ({
  dir,
  project,
  run: (words, options) =>
    runDocker(['compose', '--project-directory', dir, '--project-name', project, '--progress', 'plain', ...words], {
      ...options,
      cwd: dir,
    }),
});

/** What a long call says on the way: the words of docker with `-v`, else nothing. */
export const toldBy =
  ({ output }: Pick<Context, 'output'>): ((line: string) => void) =>
  (line) =>
    output.detail(`  ${line}`);
