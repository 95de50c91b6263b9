import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Call, readCall, Refusal } from './call.ts';
import { composeCommands } from './compose.ts';
import { engineCommands } from './engine.ts';
import type { FakeState } from './state.ts';

/** Fails or hangs, where that is wanted of this call. */
const suffer = async ({ socket, state, words }: Call, isAfter: boolean): Promise<void> => {
  const text = words.join(' ');
  while (!socket.destroyed) {
    const fault = state.faults.find(({ after = false, at }) => after === isAfter && text.includes(at));
    if (!fault) return;
    if (fault.stderr !== undefined) throw new Refusal(fault.stderr);
    await delay(20);
  }
};

const carryOut = (call: Call): unknown => {
  const [first = '', second = ''] = call.words;
  const command = first === 'compose' ? composeCommands[second] : engineCommands[first];
  if (!command) throw new Refusal(`The fake of docker does not know: ${call.words.join(' ')}`);
  return command(call, call.words.slice(first === 'compose' ? 2 : 1));
};

/** Two of them print what they have while they go on. */
const isStreamed = ({ words: [first, second] }: Call): boolean =>
  (first === 'exec' && second === '--interactive') || (first === 'compose' && second === 'logs');

/** Answers one call: with its exit code in a line, and what it prints. One whose caller is gone does nothing more. */
export const answer = async (state: FakeState, socket: Socket, argv: readonly string[]): Promise<void> => {
  const call = readCall(state, socket, argv);
  try {
    await suffer(call, false);
    if (socket.destroyed) return;
    if (isStreamed(call)) socket.write('0\n');
    const told = await carryOut(call);
    await suffer(call, true);
    const text = typeof told === 'string' ? told : JSON.stringify(told);
    if (!isStreamed(call)) socket.write(told === undefined ? '0\n' : `0\n${text}\n`);
  } catch (error) {
    socket.write(`1\n${error instanceof Refusal ? error.message : String(error)}\n`);
  }
  socket.end();
};
