import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import path from 'node:path';

const packageFile = createRequire(import.meta.url).resolve('messox/package.json');
const program = path.join(path.dirname(packageFile), 'bin', 'messox.js');
const startMs = 60_000;

/** A port that was free a moment ago. */
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** A messox server on a folder, run by `messox up` as anybody runs it, that can be killed and started again. */
export class ReplayServer {
  readonly url: string;
  readonly #dir: string;
  readonly #port: number;
  #process: ChildProcess | undefined;
  #output = '';

  constructor(dir: string, port: number) {
    this.#dir = dir;
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(dir: string): Promise<ReplayServer> {
    const server = new ReplayServer(dir, await freePort());
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const words = [program, 'up', '--yes', '--dir', this.#dir, '--port', String(this.#port)];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    this.#output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (this.#output += data.toString()));
    const end = performance.now() + startMs;
    for (;;) {
      const ready = await fetch(`${this.url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (ready) return;
      if (child.exitCode !== null || performance.now() > end)
        throw new Error(`The server did not start; it said:\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** As a power cut would: no warning, no last words. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#process;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }
}
