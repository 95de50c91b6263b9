import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface ServerSpec {
  readonly name: string;
  /** Which of the roles `api`, `gateway` and `worker` it has. */
  readonly roles: ReadonlySet<string>;
  readonly port: number;
  /** Words for Node. */
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
}

const startMs = 60_000;
const stopMs = 30_000;

/** A server in a process of its own, that can be killed, frozen, stopped and started again. */
export class ServerProcess {
  readonly spec: ServerSpec;
  /** Lines that say how it ended when nobody had asked it to. */
  readonly mishaps: string[] = [];
  #child: ChildProcess | undefined;
  #isWanted = false;
  #starting: Promise<void> | undefined;
  #lastWords = '';

  constructor(spec: ServerSpec) {
    this.spec = spec;
  }

  get url(): string {
    return `http://127.0.0.1:${this.spec.port}`;
  }

  get pid(): number | undefined {
    return this.isRunning ? this.#child?.pid : undefined;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts it where it does not run; resolves when it is ready. @throws Error with its last words */
  start(): Promise<void> {
    return (this.#starting ??= this.#start().finally(() => (this.#starting = undefined)));
  }

  async #start(): Promise<void> {
    if (!this.isRunning) this.#spawn();
    const patience = performance.now() + startMs;
    while (!(await this.#isReady())) {
      if (!this.isRunning) {
        // The database may have been away: whoever supervises servers starts them again.
        if (performance.now() > patience) throw new Error(`${this.spec.name} does not start:\n${this.#lastWords}`);
        await delay(200);
        this.#spawn();
      } else if (performance.now() > patience)
        throw new Error(`${this.spec.name} is not ready in ${startMs} ms:\n${this.#lastWords}`);
      await delay(50);
    }
  }

  /** As a power cut would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** As an administrator would. */
  async stop(): Promise<void> {
    const child = this.#child;
    const late = setTimeout(() => {
      this.mishaps.push(`${this.spec.name} did not stop in ${stopMs} ms`);
      child?.kill('SIGKILL');
    }, stopMs);
    this.signal('SIGCONT');
    await this.#end('SIGTERM');
    clearTimeout(late);
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.isRunning) this.#child?.kill(signal);
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#isWanted = false;
    const child = this.#child;
    if (!child || !this.isRunning) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  #spawn(): void {
    const { environment, logFile, name, words } = this.spec;
    const child = spawn(process.execPath, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    this.#child = child;
    this.#isWanted = true;
    const log = createWriteStream(logFile, { flags: 'a' });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => {
        log.write(data);
        this.#lastWords = `${this.#lastWords}${data.toString()}`.slice(-8_000);
      });
    child.once('exit', (code, signal) => {
      log.end();
      if (this.#isWanted && this.#child === child)
        this.mishaps.push(
          `${name} ended by itself with ${code ?? signal ?? 'nothing'}: ${this.#lastWords.trimEnd().split('\n').slice(-12).join(' ')}`,
        );
    });
  }

  #isReady(): Promise<boolean> {
    return fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(1_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}
