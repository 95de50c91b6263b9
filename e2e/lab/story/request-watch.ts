import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@messox/client';

const everyMs = 50;

/** Somebody who asks all the time, and takes note of whoever is turned away. Nothing is repeated. */
export class RequestWatch {
  readonly failures: string[] = [];
  answered = 0;
  readonly #url: string;
  readonly #stop = new AbortController();
  #work: Promise<void> | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  async start(): Promise<void> {
    let token = '';
    const client = createClient({ url: this.#url, onTokens: (tokens) => void (token = tokens?.accessToken ?? token) });
    await client.register({ username: `watch-${randomUUID().slice(0, 8)}`, password: randomUUID() });
    const group = await client.api.createGroup('watch', []);
    this.#work = this.#ask({ authorization: `Bearer ${token}`, 'content-type': 'application/json' }, group.id);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#work;
  }

  async #ask(headers: Record<string, string>, channelId: number): Promise<void> {
    for (let turn = 0; !this.#stop.signal.aborted; turn += 1) {
      const messages = `${this.#url}/api/v1/channels/${channelId}/messages`;
      const send = { method: 'POST', headers, body: JSON.stringify({ clientId: randomUUID(), text: String(turn) }) };
      const what = turn % 2 === 0 ? 'GET' : 'POST';
      try {
        const answer = await fetch(messages, what === 'GET' ? { headers } : send);
        const text = await answer.text();
        if (answer.ok) this.answered += 1;
        else this.failures.push(`${what} ${answer.status} at ${new Date().toISOString()}: ${text.slice(0, 200)}`);
      } catch (error) {
        this.failures.push(`${what} ${String(error)} ${String((error as Error).cause)}`);
      }
      await delay(everyMs);
    }
  }
}
