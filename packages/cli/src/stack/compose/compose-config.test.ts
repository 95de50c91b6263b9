import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { emptyFolder } from '../../testing/messox.ts';
import { ownFiles, renderStack } from '../index.ts';
import type { Stack } from '../stack.ts';
import { stackVariants, testStack } from '../testing.ts';

/** Docker Compose 2 or newer: a program and the words that make it Compose. Without it vitest.config.ts leaves this file out. */
const compose = (process.env.MESSOX_TEST_COMPOSE ?? 'docker compose').split(' ');

const write = async (stack: Stack): Promise<string> => {
  const dir = await emptyFolder('my chat');
  for (const { content, path } of [...renderStack(stack), ...ownFiles]) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  return dir;
};

const read = async (dir: string, ...words: string[]) => {
  const [program = '', ...first] = compose;
  return execa(program, [...first, 'config', ...words], { cwd: dir, reject: false, all: true });
};

describe('docker compose', () => {
  it.for(stackVariants)('takes the files of the variant %s', async ([, stack]) => {
    const { all, exitCode } = await read(await write(stack), '--quiet');
    expect({ exitCode, all }).toEqual({ exitCode: 0, all: '' });
  });

  it('reads the override of the admin with them', async () => {
    const dir = await write(testStack());
    await writeFile(join(dir, 'compose.override.yaml'), 'services: { api: { environment: { TZ: Europe/Lisbon } } }\n');
    const { stdout } = await read(dir, '--format', 'json');
    const { name, services } = JSON.parse(stdout) as {
      name: string;
      services: Record<string, { environment: object; healthcheck: { test: string[] } }>;
    };
    expect(name).toBe('messox-chat-example-org');
    expect(services.api?.environment).toMatchObject({ TZ: 'Europe/Lisbon', MESSOX_SERVER__HOST: '0.0.0.0' });
    expect(services.api?.healthcheck.test[3]).toContain('process.exit(ok ? 0 : 1)');
  });

  it('refuses a file that is none of the specification', async () => {
    const dir = await write(testStack());
    await writeFile(join(dir, 'compose.override.yaml'), 'services: { api: { memory: 1 } }\n');
    expect((await read(dir, '--quiet')).exitCode).not.toBe(0);
  });
});
