import { build } from './setup/build.js';
import { prepare } from './setup/prepare.js';
import { root } from './setup/paths.js';
import { main, Stop } from './setup/stop.js';

const tools = ['replay', 'bench'];

/** `npm run replay -- FILE` and `npm run bench`: a built program of `bench/`, with the words after `--`. */
await main(async () => {
  const [tool = '', ...words] = process.argv.slice(2);
  if (!tools.includes(tool)) throw new Stop(`There is no tool "${tool}"; there are ${tools.join(' and ')}.`, 2);
  await prepare();
  await build();
  // npm runs scripts from the root, but a file's name on the command line is meant from where the person stands.
  if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
  const program = `${root}bench/dist/${tool}/main.js`;
  process.argv = [process.execPath, program, ...words];
  await import(program);
});
