import { beforeStart, fail, type Finding, ok } from '../../check.ts';
import { stackCheck } from './stack-check.ts';

/** Of the snap, which sees no folders but those in home directories, and no hidden ones. */
const isSnap = (rootDir: string): boolean => rootDir.startsWith('/var/snap/docker/');

export const judgeEngine = (versions: { engine: string; compose: string }, rootDir: string): Finding => {
  const facts = `${versions.engine}, with Compose ${versions.compose}`;
  return isSnap(rootDir)
    ? fail(
        `${facts}, from a snap: it does not see most folders of this machine, the project's perhaps among them`,
        'sudo snap remove docker, and then: https://docs.docker.com/engine/install/',
      )
    : ok(facts);
};

export const engine = stackCheck({
  id: 'docker',
  title: 'Docker',
  group: 'host',
  when: ['doctor', 'init', ...beforeStart],
  // What is not there, does not answer or is too old is thrown.
  run: async (facts) => judgeEngine(await facts.engine(), (await facts.info()).rootDir),
});
