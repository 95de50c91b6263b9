import { type Check, fail, needsServer, ok } from '../check.ts';
import { needsRunning } from './compose/stack-check.ts';

/** Whether what is in between leaves a silent socket open. It needs an account, so it is for those who ask. */
export const idle: Check = {
  id: 'idle',
  title: 'Idle WebSocket',
  group: 'network',
  when: ['doctor'],
  outside: true,
  skip: (context) => {
    if (!context.hold) return '--hold 75 holds one for 75 seconds';
    return context.stack ? needsRunning('nginx')(context.stack) : needsServer(context);
  },
  run: async ({ hold }) => {
    if (!hold) return ok('none was held');
    const { judgeIdle } = await import('../../commands/verify/idle.ts');
    const { fix, status, why } = judgeIdle(await hold());
    return status === 'fail' ? fail(why, fix ?? '') : ok(why);
  },
};
