import { connect } from 'node:net';
import { listenProblem } from './listen.ts';
import { portOwner, type PortOwner } from './port-owner.ts';

/** Whether anybody answers there: who may not listen on a port cannot tell by listening. */
const answers = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 2_000 });
    const end = (isThere: boolean) => () => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });

/** That somebody listens on a port already. */
export interface PortTaken {
  /** Undefined where it cannot be told. */
  readonly owner: PortOwner | undefined;
}

/** Whether somebody listens on the port of the address already, and who it is; undefined where nobody does. */
export const lookAtPort = async (port: number, host = '0.0.0.0'): Promise<PortTaken | undefined> => {
  const problem = await listenProblem(host, port);
  if (problem?.setting !== 'server.port') return undefined;
  const owner = portOwner(port);
  if (owner) return { owner };
  const near = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return problem.why.includes('in use') || (await answers(near, port)) ? { owner } : undefined;
};

/** Who listens on the port already, in words: `nginx (pid 812)`. Undefined where nobody does. */
export const portTaken = async (port: number): Promise<string | undefined> => {
  const taken = await lookAtPort(port);
  if (!taken) return undefined;
  return taken.owner ? `${taken.owner.command} (pid ${taken.owner.pid})` : 'another program';
};
