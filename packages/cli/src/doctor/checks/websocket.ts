import { handshake } from '../../server-process/handshake.ts';
import { fail, needsServer, ok, type Check } from '../check.ts';

export const websocket: Check = {
  id: 'websocket',
  title: 'WebSocket',
  group: 'runtime',
  when: ['doctor'],
  modes: ['embedded'],
  skip: needsServer,
  run: async ({ running }) => {
    const url = new URL('/ws', running?.url);
    try {
      const { status } = await handshake(url);
      if (status === 101) return ok(`${url.href} opens`);
      return fail(`${url.href} answers ${status} instead of opening a WebSocket`, '`messox logs -n 50`');
    } catch (error) {
      return fail(`${url.href} does not open (${(error as Error).message})`, '`messox restart`');
    }
  },
};
