import { install } from './install.js';
import { checkNode } from './node-version.js';

/** Brings a clone to where it can be built, however fresh it is. Quick when there is nothing to do. */
export async function prepare() {
  checkNode();
  await install();
}
