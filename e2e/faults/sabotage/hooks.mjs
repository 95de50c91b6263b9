// Module hooks that add to a file of the built server what makes it lie. `data` of register() is a list of `{ file, find, replace, add }`.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

let sabotages = [];

export function initialize(data) {
  sabotages = data;
}

export async function load(url, context, next) {
  const those = sabotages.filter(({ file }) => url.endsWith(`/packages/server/dist/${file}`));
  if (those.length === 0) return next(url, context);
  let source = await readFile(fileURLToPath(url), 'utf8');
  for (const { add, file, find, replace } of those) {
    if (!source.includes(find)) throw new Error(`${file} does not hold ${find}: this sabotage has to be written anew`);
    source = `${source.replace(find, replace)}\n${add}`;
  }
  return { format: 'module', shortCircuit: true, source };
}
