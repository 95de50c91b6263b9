import { readFileSync } from 'node:fs';
import { root } from './paths.js';

/** What the root's package.json says that the scripts go by. */
export function manifest() {
  return /** @type {{ engines: { node: string }, packageManager: string }} */ (
    JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
  );
}
