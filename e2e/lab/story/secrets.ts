import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The values of `.env`, where nothing but secrets is, and what tells compose the name of the project. */
const valuesOfEnv = (text: string): string[] =>
  [...text.matchAll(/^(?!COMPOSE_)\w+=(.+)$/gm)].map(([, value = '']) => value.replaceAll(/^["']|["']$/g, ''));

/** What is secret in a file of `secrets/`: all of it, the password of an address, and what a password was made into. */
const valuesOfFile = (text: string): string[] => [
  text.trim(),
  ...[...text.matchAll(/:\/\/[^:/\s]*:([^@\s]+)@/g)].map(([, value = '']) => decodeURIComponent(value)),
  ...[...text.matchAll(/"password_hash": *"([^"]+)"/g)].map(([, value = '']) => value),
];

interface Tokens {
  readonly accessToken?: string;
  readonly refreshToken?: string;
}

/** Every value that nobody but its owner may see. */
export class Secrets {
  readonly #values = new Set<string>();

  add(...values: readonly string[]): void {
    for (const value of values) if (value !== '') this.#values.add(value);
  }

  /** Those that messox has made for the server in this folder. @throws Error when there are none */
  async addProject(dir: string): Promise<void> {
    const found = valuesOfEnv(await readFile(join(dir, '.env'), 'utf8'));
    const folder = join(dir, 'secrets');
    for (const name of await readdir(folder).catch(() => []))
      found.push(...valuesOfFile(await readFile(join(folder, name), 'utf8')));
    if (found.length === 0) throw new Error(`There are no secrets in ${dir}`);
    this.add(...found);
  }

  /** From now on every token that the server issues to this process is among them. */
  watchTokens(): void {
    const { fetch } = globalThis;
    globalThis.fetch = async (input, init) => {
      const answer = await fetch(input, init);
      const url = input instanceof Request ? input.url : String(input);
      if (url.includes('/auth/') && answer.ok && answer.headers.get('content-type')?.includes('json')) {
        const { accessToken, refreshToken } = (await answer.clone().json()) as Tokens;
        this.add(...[accessToken, refreshToken].filter((it) => it !== undefined));
      }
      return answer;
    };
  }

  get size(): number {
    return this.#values.size;
  }

  /** The beginnings of those that are in the text. */
  foundIn(text: string): string[] {
    return [...this.#values].filter((value) => text.includes(value)).map((value) => `${value.slice(0, 4)}…`);
  }
}
