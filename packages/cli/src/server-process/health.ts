import { ownAddresses } from '../project/listen.ts';

interface Listening {
  readonly host: string;
  readonly port: number;
}

const urlOf = (host: string, port: number): string => `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** The server of this folder as this machine reaches it, whatever it is called outside. */
export const localUrl = ({ host, port }: Listening): string =>
  urlOf(host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host, port);

/** The same in words that can be typed: an address that stands for all of them is none. */
export const typableUrl = ({ url, ...server }: Listening & { readonly url: string }): string =>
  url === urlOf(server.host, server.port) ? localUrl(server) : url;

/** How others reach a server that listens on every address of this machine. */
export const urlsForOthers = ({ host, port }: Listening): string[] =>
  host === '0.0.0.0' || host === '::'
    ? ownAddresses()
        .filter((address) => host === '::' || !address.includes(':'))
        .map((address) => urlOf(address, port))
    : [];

export interface Readiness {
  readonly isReady: boolean;
  /** What is and is not well, as in `{database: 'ok'}`. */
  readonly checks: Readonly<Record<string, string>>;
}

const get = (url: string, path: string, timeoutMs: number): Promise<Response> =>
  fetch(`${url}${path}`, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });

/** What `/readyz` says; undefined when nothing answers. */
export const readReadiness = async (url: string, timeoutMs = 5_000): Promise<Readiness | undefined> => {
  try {
    const response = await get(url, '/readyz', timeoutMs);
    const { checks = {} } = (await response.json()) as { checks?: Record<string, string> };
    return { isReady: response.ok, checks };
  } catch {
    return undefined;
  }
};

/** The samples of `/metrics` without labels, by name; undefined when nothing answers. */
export const readMetrics = async (url: string, timeoutMs = 2_000): Promise<ReadonlyMap<string, number> | undefined> => {
  try {
    const text = await (await get(url, '/metrics', timeoutMs)).text();
    const samples = text.split('\n').flatMap((line): [string, number][] => {
      const [, name, value] = /^([a-z_:][\w:]*) (\S+)$/i.exec(line) ?? [];
      return name === undefined ? [] : [[name, Number(value)]];
    });
    return new Map(samples);
  } catch {
    return undefined;
  }
};

/** How many sessions are open on the server; undefined when it does not say. */
export const countSessions = async (url: string): Promise<number | undefined> =>
  (await readMetrics(url))?.get('messox_sessions');
