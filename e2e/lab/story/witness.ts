import { setMaxListeners } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { followEngine, followLog, readEngine } from './engine-api.ts';

/** How often it looks who runs, in ms. */
const lookMs = 100;

interface DockerEvent {
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly time: number;
}

interface Seen {
  readonly name: string;
  readonly log: string[];
  description: string;
}

const commandLine = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
};

/**
 * Takes down what everybody on the machine can see while the story is told: the command lines of all processes, and of every container that
 * there ever was its description and its log.
 */
export class Witness {
  readonly commandLines = new Set<string>();
  readonly #socket: string;
  readonly #containers = new Map<string, Seen>();
  readonly #stop = new AbortController();
  readonly #work: Promise<unknown>[] = [];

  constructor(socket: string) {
    this.#socket = socket;
    // It ends what follows the log of each container, and there may be many.
    setMaxListeners(0, this.#stop.signal);
    this.#work.push(this.#lookAtProcesses(), this.#lookAtContainers());
  }

  /** What was seen, by where. */
  get seen(): { readonly where: string; readonly text: string }[] {
    return [
      { where: 'a command line', text: [...this.commandLines].join('\n') },
      ...[...this.#containers.values()].flatMap(({ description, log, name }) => [
        { where: `docker inspect ${name}`, text: description },
        { where: `docker logs ${name}`, text: log.join('') },
      ]),
    ];
  }

  /** The end of each container's log. */
  lastLines(count: number): string[] {
    return [...this.#containers.values()]
      .filter(({ log }) => log.length > 0)
      .map(({ log, name }) => `${name}:\n${log.join('').trimEnd().split('\n').slice(-count).join('\n')}`);
  }

  /** What nginx said of requests that a server did not answer. */
  unanswered(): string[] {
    return [...this.#containers.values()].flatMap(({ log }) =>
      log
        .join('')
        .split('\n')
        .filter((line) =>
          /"status":"50[234]"|upstream (prematurely|timed out)|while connecting to upstream/.test(line),
        ),
    );
  }

  /** Writes all logs into a folder, a file a container. */
  async writeDown(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    for (const [id, { log, name }] of this.#containers)
      await writeFile(join(folder, `${name}-${id.slice(0, 6)}.log`), log.join(''));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#work);
  }

  async #lookAtProcesses(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
        this.commandLines.add(commandLine(pid));
      await delay(lookMs);
    }
  }

  /** Goes on when the engine was away. */
  async #lookAtContainers(): Promise<void> {
    let since = Math.floor(Date.now() / 1_000);
    while (!this.#stop.signal.aborted) {
      try {
        const path = `/events?since=${since}&filters=${encodeURIComponent('{"type":["container"]}')}`;
        for await (const line of followEngine(this.#socket, path, this.#stop.signal)) {
          const event = JSON.parse(line) as DockerEvent;
          since = event.time;
          if (event.Action === 'create') await this.#describe(event);
          if (event.Action === 'start') this.#work.push(this.#follow(event));
        }
      } catch {
        // It is away, or the story is over.
      }
      await delay(lookMs);
    }
  }

  #of({ Actor: { Attributes, ID } }: DockerEvent): Seen {
    const found = this.#containers.get(ID) ?? { name: Attributes.name ?? ID, log: [], description: '' };
    this.#containers.set(ID, found);
    return found;
  }

  async #describe(event: DockerEvent): Promise<void> {
    const seen = this.#of(event);
    // It may be gone already.
    seen.description = await readEngine(this.#socket, `/containers/${event.Actor.ID}/json`).catch(() => '');
  }

  /** Until it ends; from its next start on again. */
  async #follow(event: DockerEvent): Promise<void> {
    const { log } = this.#of(event);
    const path = `/containers/${event.Actor.ID}/logs?follow=1&stdout=1&stderr=1&since=${event.time}`;
    try {
      for await (const piece of followLog(this.#socket, path, this.#stop.signal)) log.push(piece);
    } catch {
      // It is gone, or the engine is.
    }
  }
}
