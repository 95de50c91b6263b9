import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createOutput } from '../../output/output.ts';
import { fillSecretFiles } from '../../project/secret-files.ts';
import { emptyFolder } from '../../testing/messox.ts';
import { lackedSecrets } from './lacked-secrets.ts';

it('removes what was made, but neither the password of the data nor what somebody else has put there', async () => {
  const dir = await emptyFolder();
  const pathOf = (name: string): string => join(dir, 'secrets', name);
  mkdirSync(join(dir, 'secrets'));
  writeFileSync(pathOf('rabbitmq-password'), 'of before');
  const notes: string[] = [];
  const output = createOutput({
    emit: (event) => {
      if (event.type === 'note') notes.push(event.text);
    },
  });
  const lacked = lackedSecrets(dir, output);
  fillSecretFiles(dir, ['token-key', 'database-password', 'database-url', 'amqp-url']);
  lacked.note();
  const mine = 'postgres://mine@postgres/messox';
  writeFileSync(pathOf('app-api-key'), 'mine');
  // It is made read-only.
  rmSync(pathOf('database-url'));
  writeFileSync(pathOf('database-url'), mine);
  lacked.takeAway();
  expect(['token-key', 'amqp-url'].map((name) => existsSync(pathOf(name)))).toEqual([false, false]);
  const stayed = ['rabbitmq-password', 'app-api-key', 'database-url'].map((name) => readFileSync(pathOf(name), 'utf8'));
  expect(stayed).toEqual(['of before', 'mine', mine]);
  expect(readFileSync(pathOf('database-password'), 'utf8')).not.toBe('');
  expect(notes).toEqual([
    'Removed again from secrets/: token-key, amqp-url',
    expect.stringContaining('secrets/database-password was made, and stays') as string,
  ]);
});
