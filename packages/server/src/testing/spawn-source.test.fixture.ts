import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const HOOKS = new URL('./typescript-hooks.test.fixture.mjs', import.meta.url).href;
const REGISTER = `data:text/javascript,import{register}from"node:module";register(${JSON.stringify(HOOKS)})`;

/** Runs a TypeScript file of this package in a Node process of its own. `prefix` is a command that starts it, such as setpriv. */
export function spawnSource(
  file: URL,
  args: readonly string[],
  options: SpawnOptions & { prefix?: readonly string[] } = {},
): ChildProcess {
  const { prefix = [], ...rest } = options;
  const node = [process.execPath, '--import', REGISTER, fileURLToPath(file), ...args];
  const [program = process.execPath, ...words] = [...prefix, ...node];
  return spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'], ...rest });
}
