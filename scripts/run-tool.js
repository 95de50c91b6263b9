import { build } from './setup/build.js';
import { prepare } from './setup/prepare.js';
import { root } from './setup/paths.js';
import { main, Stop } from './setup/stop.js';

const tools = new Map([
  ['replay', 'bench/dist/replay'],
  ['bench', 'bench/dist/bench'],
  ['soak', 'e2e/dist/faults'],
]);

/** `npm run replay -- FILE`, `npm run bench` and `npm run soak`: a built program, with the words after `--`. */
await main(async () => {
  const [tool = '', ...words] = process.argv.slice(2);
  const folder = tools.get(tool);
  if (folder === undefined) throw new Stop(`There is no tool "${tool}"; there are ${[...tools.keys()].join(', ')}.`, 2);
  await prepare();
  await build();
  // npm runs scripts from the root, but a file's name on the command line is meant from where the person stands.
  if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
  const program = `${root}${folder}/main.js`;
  process.argv = [process.execPath, program, ...words];
  await import(program);
});
