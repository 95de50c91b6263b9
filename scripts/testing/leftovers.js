import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/**
 * Ends what a test run left behind: every process that has its TMPDIR in the run's folder or works there, whatever group or session
 * it is in. Such processes can be found on Linux only.
 * @param {string} folder
 * @param {number} [graceMs] how long a process may take to end by itself once the tests are over
 * @returns {Promise<string[]>} the processes that did not end by themselves, as `pid command`
 */
export async function endLeftovers(folder, graceMs = 10_000) {
  const until = Date.now() + graceMs;
  let left = processesOf(folder);
  while (left.length > 0 && Date.now() < until) {
    await setTimeout(100);
    left = processesOf(folder);
  }
  return left.map(({ pid, command }) => {
    end(pid);
    return `${pid} ${command}`;
  });
}

/** @param {string} folder */
function processesOf(folder) {
  if (process.platform !== 'linux') return [];
  const isInside = (/** @type {string} */ place) => place === folder || place.startsWith(`${folder}/`);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const environment = unlessGone(() => readFileSync(`/proc/${name}/environ`, 'utf8')).split('\0');
      const temporary = environment.find((entry) => entry.startsWith('TMPDIR='))?.slice('TMPDIR='.length) ?? '';
      return isInside(temporary) || isInside(unlessGone(() => readlinkSync(`/proc/${name}/cwd`)));
    })
    .map((name) => {
      const command = unlessGone(() => readFileSync(`/proc/${name}/cmdline`, 'utf8'));
      return { pid: Number(name), command: command.replaceAll('\0', ' ').trim() };
    });
}

/**
 * What /proc says of a process; nothing if it has ended meanwhile or is somebody else's.
 * @param {() => string} read
 */
function unlessGone(read) {
  try {
    return read();
  } catch {
    return '';
  }
}

/** @param {number} pid */
function end(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself at the last moment.
  }
}
