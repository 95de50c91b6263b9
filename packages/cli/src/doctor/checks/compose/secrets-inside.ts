import { runDocker } from '../../../docker/run-docker.ts';
import { fail, type Finding, ok } from '../../check.ts';
import { needsRunning, runningOf, stackCheck } from './stack-check.ts';

const services = ['api', 'gateway', 'worker', 'postgres', 'rabbitmq'] as const;

/** Names those that the user of the container may not read. */
const script = 'for file in /run/secrets/*; do [ -r "$file" ] || echo "$file"; done';

/** A secret, and the container that cannot read it. */
export interface HiddenSecret {
  readonly container: string;
  readonly path: string;
}

export const judgeInside = (hidden: readonly HiddenSecret[], looked: number): Finding => {
  if (hidden.length === 0) return ok(`${looked} containers read all of theirs`);
  return fail(
    hidden.map(({ container, path }) => `${container} cannot read ${path}`).join('; '),
    '`messox doctor config` (shows the files), and then: `messox restart`',
  );
};

export const secretsInside = stackCheck({
  id: 'secrets-inside',
  title: 'Secrets in containers',
  group: 'runtime',
  when: ['doctor'],
  skip: needsRunning(...services),
  run: async ({ containers }) => {
    const running = runningOf(await containers(), services);
    const hidden = await Promise.all(
      running.map(async ({ id, name }) => {
        const doing = `look at the secrets of ${name}`;
        const told = await runDocker(['exec', id, 'sh', '-c', script], { doing });
        return told.split('\n').flatMap((path) => (path === '' ? [] : [{ container: name, path }]));
      }),
    );
    return judgeInside(hidden.flat(), running.length);
  },
});
