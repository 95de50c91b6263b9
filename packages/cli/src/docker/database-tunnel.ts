import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerEnv } from './run-docker.ts';

/** Runs inside of a container of the server, which is on the database's network: stdin and stdout become a connection to it. */
const relay = `const s = require('node:net').connect(5432, 'postgres');
s.on('error', (error) => { process.stderr.write(String(error)); process.exit(1); });
process.stdin.pipe(s).pipe(process.stdout);`;

export interface DatabaseTunnel {
  /** The folder of a Unix socket named as PostgreSQL names its own, for port 5432. */
  readonly folder: string;
  close(): Promise<void>;
}

const carry = (socket: Socket, container: string, children: Set<ChildProcess>): void => {
  const child = spawn('docker', ['exec', '--interactive', container, 'node', '-e', relay], {
    env: dockerEnv(process.env),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  children.add(child);
  const end = (): void => {
    children.delete(child);
    socket.destroy();
    child.kill('SIGKILL');
  };
  child.on('error', end).on('exit', end);
  socket.on('error', end).on('close', end);
  // Either side may be gone before the other knows.
  child.stdin.on('error', end);
  socket.pipe(child.stdin);
  child.stdout.pipe(socket);
};

/**
 * Leads to the database of the stack through a running container of the server, so that nothing of it is published: a
 * Unix socket in a folder that only this user can enter.
 */
export const openDatabaseTunnel = async (container: string): Promise<DatabaseTunnel> => {
  const folder = await mkdtemp(join(tmpdir(), 'messox-'));
  const children = new Set<ChildProcess>();
  const server = createServer((socket) => carry(socket, container, children));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(join(folder, '.s.PGSQL.5432'), resolve);
  });
  return {
    folder,
    close: async () => {
      server.close();
      for (const child of children) child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
};
