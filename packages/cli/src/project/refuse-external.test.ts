import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { messoxHere, projectFolder } from '../testing/messox.ts';

it('no command brings a PostgreSQL along for a server that uses another', async () => {
  const dir = await projectFolder();
  await messoxHere(['config', 'set', 'mode', 'external'], { dir });
  for (const words of [['up'], ['up', '-d'], ['restart'], ['user', 'list'], ['migrate', 'status']]) {
    const { exitCode, stderr } = await messoxHere(words, { dir });
    expect({ words, exitCode }).toEqual({ words, exitCode: 2 });
    expect(stderr).toContain('[mode_external]');
    expect(stderr).toContain('messox-server --role');
  }
  expect(existsSync(join(dir, 'data'))).toBe(false);
});
