import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emptyFolder, messox, messoxHere, projectFolder } from '../testing/messox.ts';

const composeFolder = async (): Promise<string> => {
  const dir = await projectFolder();
  for (const words of [
    ['deploy.tls.mode', 'off'],
    ['mode', 'compose'],
  ])
    expect((await messoxHere(['config', 'set', ...words], { dir })).exitCode).toBe(0);
  return dir;
};

it('every command on a server that Docker runs says that there is no Docker, and starts no other server', async () => {
  const dir = await composeFolder();
  const env = { PATH: await emptyFolder('no-docker') };
  for (const words of [
    ['up'],
    ['down'],
    ['restart'],
    ['status'],
    ['logs'],
    ['scale', 'api=2'],
    ['user', 'list'],
    ['migrate', 'up'],
    ['migrate', 'status'],
    ['uninstall', '--confirm', 'anything'],
  ]) {
    const { exitCode, stderr } = await messox(words, { dir, env });
    expect({ words, exitCode, stderr }).toEqual({
      words,
      exitCode: 4,
      stderr: expect.stringContaining('[docker_missing]') as unknown,
    });
  }
  expect(existsSync(join(dir, 'data'))).toBe(false);
  expect(existsSync(join(dir, 'compose.yaml'))).toBe(false);
}, 120_000);

it.each([
  [['scale', 'api'], 'api'],
  [['scale', 'nginx=2'], 'nginx=2'],
  [['scale', 'api=0'], 'api=0'],
  [['scale', 'api=51'], 'api=51'],
  [['logs', 'apache'], 'apache'],
  [['up', '--port', '9000'], '--port'],
])('%j is refused, by its name', async (words, named) => {
  const { exitCode, stderr } = await messoxHere(words, { dir: await composeFolder() });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('[invalid_usage]');
  expect(stderr).toContain(named);
});

it.each([[['scale', 'api=2']], [['uninstall']], [['logs', 'api']]])(
  '%j is not for a server of one process',
  async (words) => {
    const { exitCode, stderr } = await messoxHere(words, { dir: await projectFolder() });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('[mode_not_compose]');
  },
);
