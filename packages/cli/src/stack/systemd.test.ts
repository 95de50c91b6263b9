import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { renderSystemdUnit, type SystemdOptions } from './systemd.ts';

const folder = mkdtempSync(join(tmpdir(), 'messox-systemd-'));
afterAll(() => rmSync(folder, { recursive: true }));

const options: SystemdOptions = {
  dir: '/srv/chat',
  user: 'root',
  node: process.execPath,
  program: '/srv/chat/node_modules/messox/bin/messox.js',
  drainMs: 10_000,
};
const unit = (more: Partial<SystemdOptions> = {}): string => renderSystemdUnit({ ...options, ...more }).content;

/** What systemd itself says of a unit. */
const verify = async (content: string): Promise<string> => {
  const path = join(folder, 'messox.service');
  writeFileSync(path, content);
  const { all } = await execa('systemd-analyze', ['verify', '--man=no', path], { reject: false, all: true });
  return all
    .split('\n')
    .filter((line) => line.includes('messox.service'))
    .join('\n');
};

describe('the unit', () => {
  it('is understood by systemd', async ({ skip }) => {
    const { failed } = await execa('systemd-analyze', ['--version'], { reject: false });
    skip(failed, 'there is no systemd-analyze here (Debian: apt-get install systemd)');
    expect(await verify(unit({ dir: '/var/lib/messox' }))).toBe('');
    const odd = join(folder, 'a "chat" at 100 % $HOME');
    mkdirSync(odd);
    expect(await verify(unit({ dir: odd }))).toBe('');
    expect(await verify(`${unit()}\nNonsense\n`)).not.toBe('');
  });

  it('waits for the drain before it ends the server', () =>
    expect(unit({ drainMs: 60_000 })).toContain('TimeoutStopSec=90\n'));

  it('lets the server write to its own folder only', () => {
    const node = '/usr/bin/node';
    expect(unit({ node })).toContain('ProtectSystem=strict\nReadWritePaths="/srv/chat"\nProtectHome=yes\n');
    expect(unit({ node, dir: '/home/ana/chat' })).toContain('ReadWritePaths="/home/ana/chat"\nProtectHome=read-only\n');
    expect(unit({ node, dir: '/var/lib/messox' })).toContain('StateDirectory=messox\n');
    expect(unit({ node, linkedProgram: '/home/ana/messox/bin/messox.js' })).toContain('ProtectHome=read-only\n');
  });
});
