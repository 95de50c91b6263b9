import { Fault } from './fault.ts';

/** What paths of a contract, such as `/api/v1/channels/{channelId}`, look like in requests. */
export const pathPattern = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);

/**
 * The paths that processes of other roles serve. A proxy that leads here by an address which such a process had a moment ago
 * is told to try the next one, and a client to come again. Of any other path it is sure that nobody serves it: to ask for
 * one again would only make the proxy take this process for a broken one.
 */
export class Elsewhere {
  readonly #paths: RegExp[] = [];

  /** @param path as in a contract */
  add(path: string): void {
    this.#paths.push(pathPattern(path));
  }

  /** What a path is answered that this process does not serve. */
  fault(path: string): Fault {
    return this.#paths.some((pattern) => pattern.test(path))
      ? new Fault('unavailable', { retryAfterMs: 1_000 })
      : new Fault('not_found');
  }
}
