import { setTimeout as delay } from 'node:timers/promises';
import { type Call, split } from './call.ts';
import type { FakeState } from './state.ts';

const isRunning = ({ project, state }: Call): boolean =>
  state.containers.some((one) => one.project === project && one.state === 'running');

/** `docker compose logs`; one that follows ends when nothing runs any more. */
export const printLogs = async (call: Call, words: readonly string[]): Promise<undefined> => {
  const { socket, state } = call;
  const { all, has, rest } = split(words, '--since');
  const [since = ''] = all('--since');
  const isWanted = (line: string): boolean => {
    const [from = '', , time = ''] = line.split(/\s+/, 3);
    return time >= since && (rest.length === 0 || rest.includes(from.replace(/-\d+$/, '')));
  };
  let shown = 0;
  for (;;) {
    for (const line of state.log.slice(shown)) if (isWanted(line)) socket.write(`${line}\n`);
    shown = state.log.length;
    if (!has('--follow') || socket.destroyed || !isRunning(call)) return undefined;
    await delay(20);
  }
};

/** `docker logs`: what one container has said. */
export const linesOf = ({ containers, log }: FakeState, id: string): string => {
  const { name = '', project = '' } = containers.find((one) => one.id === id) ?? {};
  return log
    .filter((line) => line.startsWith(`${name.slice(project.length + 1)} `))
    .map((line) => line.replace(/^\S+\s+\| \S+ /, ''))
    .join('\n');
};
