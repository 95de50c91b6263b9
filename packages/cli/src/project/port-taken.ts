import { connect } from 'node:net';
import { listenProblem } from './listen.ts';
import { portOwner } from './port-owner.ts';

/** Whether anybody answers there: who may not listen on a port cannot tell by listening. */
const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 2_000 });
    const end = (isThere: boolean) => () => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });

/** Who listens on the port already, in words: `nginx (pid 812)`. Undefined where nobody does. */
export const portTaken = async (port: number): Promise<string | undefined> => {
  const problem = await listenProblem('0.0.0.0', port);
  if (problem === undefined) return undefined;
  const owner = portOwner(port);
  if (owner) return `${owner.command} (pid ${owner.pid})`;
  return (await answers(port)) || problem.why.includes('in use') ? 'another program' : undefined;
};
