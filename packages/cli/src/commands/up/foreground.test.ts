import { connect, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { columns } from '../../output/printable.ts';
import { readServerState } from '../../project/server-state.ts';
import { bin, emptyFolder, messoxHere } from '../../testing/messox.ts';
import { endAfterTest, postgresIn, start, startServer } from '../../testing/server.ts';
import { keys, shellInTerminal } from '../../testing/terminal.ts';

/** A client that never finishes its request, which a graceful stop waits for. */
const slowClient = async (port: number) => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(
    'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  );
  return socket;
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

describe('a server in the foreground', () => {
  it('makes nothing and names both ways where it may not ask', async () => {
    const dir = await emptyFolder();
    const { exitCode, stderr } = await messoxHere(['up'], { dir });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('up --yes');
    expect(stderr).toContain('init');
  });

  it('keeps the address and port that it was first told', { timeout: 60_000 }, async () => {
    const dir = await emptyFolder();
    endAfterTest(dir);
    const port = await freePort();
    const server = start(['up', '--yes', '--port', String(port), '--host', 'localhost'], { dir });
    await server.writes('messox user promote ana');
    const values = async (key: string) =>
      JSON.parse((await messoxHere(['config', 'get', key, '--json'], { dir })).stdout) as object;
    expect(await values('server.port')).toMatchObject({ set: port, effective: port });
    expect(await values('server.host')).toMatchObject({ set: 'localhost' });
    expect(readServerState(dir)?.options).toEqual({});
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    const again = start(['up'], { dir });
    await again.writes(`http://localhost:${port}/api/docs`);
    again.child.kill('SIGTERM');
    expect(await again.ended).toBe(0);
    expect(again.output()).not.toContain('messox user promote ana');
  });

  it('outlives whoever reads it, takes one Ctrl-C for one, and ends in order', { timeout: 60_000 }, async () => {
    const dir = await emptyFolder();
    endAfterTest(dir);
    const { child, ended, state } = await startServer({ dir });
    child.stdout?.destroy();
    child.stderr?.destroy();
    const slow = await slowClient(state.port);
    // The terminal and npm hand on the same Ctrl-C, a moment apart.
    child.kill('SIGINT');
    await pause(100);
    child.kill('SIGINT');
    await vi.waitUntil(async () => (await readFile(join(dir, 'logs', 'server.log'), 'utf8')).includes('stopping'));
    slow.destroy();
    expect(await ended).toBe(0);
    expect(await readFile(join(dir, 'logs', 'server.log'), 'utf8')).toContain('"stopped"');
    expect(postgresIn(dir).all).toEqual([]);
    expect(readServerState(dir)).toBeUndefined();
  });

  it('is not waited for longer than asked, and ends at once with a second signal', { timeout: 60_000 }, async () => {
    const dir = await emptyFolder();
    endAfterTest(dir);
    const { ended, state } = await startServer({ dir });
    expect((await messoxHere(['restart'], { dir })).stderr).toContain('[runs_in_foreground]');
    const slow = await slowClient(state.port);
    const down = await messoxHere(['down', '--timeout', '1'], { dir });
    expect(down.exitCode, down.stderr).toBe(6);
    expect(down.stderr).toContain(`kill ${state.pid}`);
    process.kill(state.pid, 'SIGTERM');
    expect(await ended).toBe(130);
    slow.destroy();
    // What a guard still ends, the next start waits for.
    await vi.waitUntil(() => postgresIn(dir).all.length === 0, { timeout: 30_000 });
  });

  it('ends with an error when its database ends', { timeout: 60_000 }, async () => {
    const dir = await emptyFolder();
    endAfterTest(dir);
    const { ended, output } = await startServer({ dir });
    for (const pid of postgresIn(dir).servers) process.kill(pid, 'SIGKILL');
    expect(await ended, output()).toBe(5);
    expect(output()).toContain('[database_failed]');
  });

  it('of two that are started at once, one runs and the other says so', { timeout: 60_000 }, async () => {
    const dir = await emptyFolder();
    endAfterTest(dir);
    expect((await messoxHere(['init', '--yes', '--port', '0'], { dir })).exitCode).toBe(0);
    const both = [start(['up'], { dir }), start(['up'], { dir })];
    const loser = await Promise.race(both.map(async (one) => [one, await one.ended] as const));
    expect(loser[1], loser[0].output()).toBe(7);
    const winner = both.find((one) => one !== loser[0]);
    await winner?.writes('Ctrl-C stops it');
    expect(postgresIn(dir).servers).toHaveLength(1);
    winner?.child.kill('SIGTERM');
    expect(await winner?.ended).toBe(0);
  });

  it.skipIf(process.platform !== 'linux')(
    'asks in a terminal, and fits into 80 columns',
    { timeout: 60_000 },
    async () => {
      const dir = await emptyFolder();
      endAfterTest(dir);
      const { output, exitCode } = await shellInTerminal(`exec '${process.execPath}' '${bin}' up --port 0`, {
        dir,
        env: { MESSOX_COMMAND: 'npx messox' },
        steps: [
          { wait: 'Make one?', type: keys.enter },
          { wait: 'user promote ana', type: keys.ctrlC },
        ],
      });
      expect(exitCode, output).toBe(0);
      expect(output).toContain('npx messox chat --as bruno --with ana');
      expect(output).toContain('stopped');
      const asked = output.split(/\r?\n/).filter((line) => !line.includes('Make one?'));
      for (const line of asked) expect(columns(line), line).toBeLessThanOrEqual(80);
    },
  );
});
