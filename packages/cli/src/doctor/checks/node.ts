import { beforeStart, fail, ok, type Check } from '../check.ts';

/** The oldest Node.js that messox runs on; package.json says the same. */
const oldestNode = [20, 19] as const;

export const isNewEnough = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
};

export const node: Check = {
  id: 'node',
  title: 'Node.js',
  group: 'host',
  when: ['doctor', ...beforeStart],
  run: () => {
    const { node: version } = process.versions;
    if (isNewEnough(version)) return ok(version);
    return fail(
      `${version} is older than ${oldestNode.join('.')}`,
      'Install a newer Node.js: https://nodejs.org/en/download',
    );
  },
};
