import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { performance } from 'node:perf_hooks';
import { root } from './paths.js';
import { Stop } from './stop.js';

/** Ctrl-C reaches a terminal's whole process group, and npm passes the same signal on again: within this time it is one signal. */
const sameSignalMs = 1_000;

/**
 * Runs a program from the clone's root until it ends. It has a process group of its own, so that a signal which reaches
 * this process in two ways is handed on once; a later second one kills the group.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ quiet?: boolean, env?: Record<string, string>, nice?: number }} [options] quiet: gather what it says instead of
 *   showing it; nice: how far it gives way to others, as for nice(1)
 * @returns {Promise<{ ok: boolean, output: string, seconds: number }>}
 * @throws {Stop} when this process was told to end meanwhile
 */
export async function run(command, args, { quiet = false, env = {}, nice = 0 } = {}) {
  const begin = performance.now();
  const child = spawn(command, args, {
    cwd: root,
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
  });
  if (nice > 0 && child.pid !== undefined) setPriority(child.pid, nice);
  /** @type {Buffer[]} */
  const said = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (/** @type {Buffer} */ chunk) => said.push(chunk));

  const signals = passOn(child);
  try {
    const code = await new Promise((/** @type {(code: unknown) => void} */ resolve, reject) => {
      child.once('error', (error) => reject(new Stop(`Could not run ${command}: ${error.message}`)));
      child.once('close', resolve);
    });
    if (signals.first) throw new Stop('', 128 + constants.signals[signals.first]);
    return { ok: code === 0, output: Buffer.concat(said).toString(), seconds: (performance.now() - begin) / 1000 };
  } finally {
    signals.end();
  }
}

/** @param {import('node:child_process').ChildProcess} child */
function passOn(child) {
  const state = {
    /** @type {NodeJS.Signals | undefined} */
    first: undefined,
    end: () => names.forEach((name) => process.off(name, onSignal)),
  };
  let firstAt = 0;
  /** @type {NodeJS.Signals[]} */
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  /** @param {NodeJS.Signals} signal */
  function onSignal(signal) {
    if (child.pid === undefined) return;
    if (state.first === undefined) {
      state.first = signal;
      firstAt = performance.now();
      child.kill(signal);
    } else if (performance.now() - firstAt > sameSignalMs) {
      process.kill(-child.pid, 'SIGKILL');
    }
  }
  names.forEach((name) => process.on(name, onSignal));
  return state;
}
