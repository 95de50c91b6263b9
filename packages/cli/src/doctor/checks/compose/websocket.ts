import { handshake } from '../../../server-process/handshake.ts';
import { fail, ok, warn } from '../../check.ts';
import { needsRunning, stackCheck } from './stack-check.ts';

export const publicSocket = stackCheck({
  id: 'websocket',
  title: 'WebSocket',
  group: 'network',
  when: ['doctor'],
  outside: true,
  skip: needsRunning('nginx'),
  run: async ({ stack: { url: origin } }) => {
    const url = new URL('/ws', origin);
    const shown = url.href.replace(/^http/, 'ws');
    try {
      const { status } = await handshake(url);
      if (status === 101) return ok(`${shown} opens`);
      return fail(`${shown} is answered with ${status}`, `\`messox verify ${origin}\` (says what is in between)`);
    } catch (error) {
      const { reachTrouble } = await import('../../../commands/verify/reach.ts');
      const { fix, why } = reachTrouble(error);
      return warn(`${shown} does not open from here: ${why}`, fix);
    }
  },
});
