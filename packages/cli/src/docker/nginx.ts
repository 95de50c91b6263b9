import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../errors/cli-error.ts';
import type { Context } from '../framework/context.ts';
import { type Compose, toldBy } from './compose.ts';
import { listContainers } from './containers.ts';
import { certificateAge, certificateFiles } from './renewed-certificate.ts';
import type { RunningStack } from './stack.ts';
import { waitHealthy } from './wait-healthy.ts';

/** How long a restart lets requests under way finish, in s: nobody new is let in meanwhile. */
const restartSeconds = 5;

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

/** When a file of nginx, generated or the admin's, was changed last, in Unix ms. */
const changedAt = async (dir: string): Promise<number> => {
  const folder = join(dir, 'nginx');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ name, parentPath }) => join(parentPath, name));
  const times = await Promise.all(paths.map(async (path) => (await stat(path)).mtimeMs));
  return Math.max(0, ...times);
};

/**
 * Lets the nginx that runs read its files anew, where one was changed since it was started: a reload closes the connections
 * of clients that are idle, and a request that is on its way at that moment is lost. Sockets and requests under way go on.
 * A renewed certificate needs a restart, with which all clients connect anew.
 *
 * @param waitMs how long a restart may take until nginx is healthy
 * @returns whether it was restarted
 * @throws CliError container_unhealthy, not_ready, interrupted; what docker refuses
 */
export const refreshNginx = async (
  context: Pick<Context, 'output' | 'signal'>,
  { compose, dir, settings }: RunningStack,
  waitMs: number,
): Promise<boolean> => {
  const running = (await listContainers(compose.project, 'nginx')).find(({ state }) => state === 'running');
  if (!running) return false;
  const { startedAt } = running;
  const age = await certificateAge(certificateFiles(dir, settings.deploy.tls), startedAt);
  if (age === 'hidden')
    context.output.warn(
      'This user may not look at the certificate: once it is renewed, `docker compose restart nginx` lets nginx take it',
    );
  if (age === 'renewed') {
    context.output.say('nginx: takes the renewed certificate');
    const words = ['restart', '--no-deps', '--timeout', String(restartSeconds), 'nginx'];
    await compose.run(words, { doing: 'restart nginx', onLine: toldBy(context) });
    await waitHealthy(compose, { service: 'nginx', count: 1, waitMs, signal: context.signal });
    return true;
  }
  if ((await changedAt(dir)) > Date.parse(startedAt))
    await compose.run(['exec', '--no-TTY', 'nginx', 'nginx', '-s', 'reload'], { doing: 'reload nginx' });
  return false;
};
