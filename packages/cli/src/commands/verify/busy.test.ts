import { describe, expect, it } from 'vitest';
import { CliError } from '../../errors/cli-error.ts';
import { takeLock } from '../../project/lock.ts';
import { fakeDocker } from '../../testing/docker.ts';
import { emptyFolder, messox, messoxHere, projectFolder } from '../../testing/messox.ts';
import { passForServer } from '../../testing/server-state.ts';
import { unlessChanged } from './busy.ts';

describe('messox verify, while another command changes the server', () => {
  it('says whose turn it is, and looks at nothing', async () => {
    const dir = await projectFolder('--mode', 'compose', '--tls', 'off');
    const PATH = await fakeDocker();
    const letGo = takeLock(dir, 'restart');
    const { exitCode, stderr } = await messox(['verify'], { dir, env: { PATH } });
    expect(exitCode).toBe(7);
    expect(stderr).toContain('The server of this folder is being changed [locked]');
    expect(stderr).toContain(`messox restart (pid ${process.pid} `);
    letGo();
    expect((await messox(['verify'], { dir, env: { PATH } })).stderr).toContain('[not_running]');
  });

  it('does not take the server that runs for such a command', async () => {
    const dir = await projectFolder('--port', '0');
    passForServer(dir, { url: 'http://127.0.0.1:9' });
    const letGo = takeLock(dir, 'up');
    expect((await messoxHere(['verify'], { dir })).stderr).not.toContain('[locked]');
    letGo();
  });

  it('names the command that takes the database away from it', async () => {
    const dir = await emptyFolder();
    const lost = new Error('write CONNECTION_CLOSED localhost:5432');
    const lose = () => Promise.reject(lost);
    await expect(unlessChanged(dir, lose)).rejects.toBe(lost);
    const letGo = takeLock(dir, 'restart');
    await expect(unlessChanged(dir, lose)).rejects.toMatchObject({
      code: 'locked',
      detail: expect.stringContaining('messox restart (pid') as string,
    });
    const other = new CliError('migrations_pending', 'The database is older');
    await expect(unlessChanged(dir, () => Promise.reject(other))).rejects.toBe(other);
    letGo();
  });
});
