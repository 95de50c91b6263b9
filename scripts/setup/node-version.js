import { manifest } from './manifest.js';
import { Stop } from './stop.js';

/**
 * Refuses a Node that the workspace's tools do not run on, before anything else could fail on it less clearly.
 * @param {string} version
 */
export function checkNode(version = process.versions.node) {
  const { engines } = manifest();
  if (satisfies(version, engines.node)) return;
  throw new Stop(
    `This is Node ${version}; messox is built and run from a clone with Node ${engines.node}.\n` +
      'Install a current LTS version from https://nodejs.org/ and run the same command again.',
    2,
  );
}

/**
 * Whether a version is in a range that is made of `^1.2.3` and `>=1.2.3` joined by `||`, which is all that engines here use.
 * @param {string} version
 * @param {string} range
 */
export function satisfies(version, range) {
  const [major = 0, minor = 0, patch = 0] = numbers(version);
  return range.split('||').some((part) => {
    const [wantedMajor = 0, wantedMinor = 0, wantedPatch = 0] = numbers(part);
    if (major !== wantedMajor) return part.trim().startsWith('>=') && major > wantedMajor;
    return minor === wantedMinor ? patch >= wantedPatch : minor > wantedMinor;
  });
}

/** @param {string} text */
const numbers = (text) => (/\d+(\.\d+)*/.exec(text)?.[0] ?? '').split('.').map(Number);
