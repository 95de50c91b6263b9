import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { columns } from '../output/printable.ts';
import { fakeStack } from '../testing/fake-docker/stack.ts';
import { messox, messoxHere } from '../testing/messox.ts';
import { messoxInTerminal } from '../testing/terminal.ts';

/** A line that is broken where it can be. */
const fits = (line: string): boolean => columns(line) <= 80 || !line.trim().includes(' ');

it.skipIf(process.platform !== 'linux')(
  'a server in Docker is shown in 80 columns, in colours, and without where they are not wanted',
  { timeout: 300_000 },
  async () => {
    const { dir, docker } = await fakeStack();
    const show = async (words: string, env: Record<string, string> = {}): Promise<string> => {
      const { exitCode, output, raw } = await messoxInTerminal(words.split(' '), {
        dir,
        env: { ...docker.env, ...env },
      });
      expect([0, 3, 4], output).toContain(exitCode);
      for (const line of output.split(/[\r\n]+/)) expect(fits(line), line).toBe(true);
      return raw;
    };
    const up = await messox(['up', '-d'], { dir, env: docker.env });
    expect(up.exitCode, up.stderr).toBe(0);
    // Whatever can be said of them is.
    for (const path of ['Dockerfile', 'compose.yaml', 'nginx/nginx.conf', 'postgres/postgresql.conf'])
      appendFileSync(join(dir, path), '# Mine.\n');
    await messoxHere(['config', 'set', 'deploy.limits.bodyMb', '21'], { dir });

    for (const words of ['status', 'doctor --offline', 'up -d'])
      expect(await show(words), words).toContain('\u001b[32m');
    for (const words of ['status', 'doctor --offline', 'upgrade --dry-run', 'up -d'])
      expect(await show(words, { NO_COLOR: '1' }), words).not.toContain('\u001b');
    expect(await show('status', { TERM: 'dumb' })).not.toContain('\u001b');
    expect(await show('status --no-color')).not.toContain('\u001b');
  },
);
