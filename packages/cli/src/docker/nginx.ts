import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CliError } from '../errors/cli-error.ts';
import type { Compose } from './compose.ts';
import { listContainers } from './containers.ts';
import type { RunningStack } from './stack.ts';

/**
 * Asks the nginx of the image, in a container of its own, what it thinks of its files.
 *
 * @throws CliError nginx_refuses with its words; what docker refuses
 */
export const checkNginx = async (compose: Compose): Promise<void> => {
  const words = ['run', '--rm', '--no-deps', '--no-TTY', '--quiet-pull', 'nginx', 'nginx', '-t', '-q'];
  try {
    await compose.run(words, { doing: 'let nginx check its configuration' });
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'docker_failed' || !/nginx: |\[emerg\]/.test(error.detail ?? ''))
      throw error;
    throw new CliError('nginx_refuses', 'nginx does not take its configuration', {
      detail: (error.detail ?? '')
        .split('\n')
        .filter((line) => /nginx: |\[(emerg|alert|crit|error|warn)\]/.test(line))
        .join('\n'),
      fixes: [
        'Look at what you put into nginx/http.d and nginx/server.d.',
        '`messox config diff` (shows generated files that were edited)',
      ],
      cause: error,
    });
  }
};

/** When a file of nginx, generated or the admin's, or the certificate was changed last, in Unix ms. */
const changedAt = async ({ dir, settings }: RunningStack): Promise<number> => {
  const folder = join(dir, 'nginx');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const { certificate, key } = settings.deploy.tls;
  const paths = [
    ...entries.filter((entry) => entry.isFile()).map(({ name, parentPath }) => join(parentPath, name)),
    ...[certificate, key].filter((path) => path !== undefined).map((path) => resolve(dir, path)),
  ];
  const times = await Promise.all(paths.map(async (path) => (await stat(path)).mtimeMs));
  return Math.max(0, ...times);
};

/**
 * Lets the nginx that runs read its files anew, where one was changed since it was started: a reload closes the connections
 * of clients that are idle, and a request that is on its way at that moment is lost. Sockets and requests under way go on.
 */
export const reloadNginx = async (stack: RunningStack): Promise<void> => {
  const { compose } = stack;
  const running = (await listContainers(compose.project, 'nginx')).find(({ state }) => state === 'running');
  if (!running || (await changedAt(stack)) <= Date.parse(running.startedAt)) return;
  await compose.run(['exec', '--no-TTY', 'nginx', 'nginx', '-s', 'reload'], { doing: 'reload nginx' });
};
