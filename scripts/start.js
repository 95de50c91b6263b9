import { build } from './setup/build.js';
import { prepare } from './setup/prepare.js';
import { root } from './setup/paths.js';
import { main } from './setup/stop.js';

/** `npm start`: installs, builds and runs `messox up` in the clone; words after `--` go to `messox up`. */
await main(async () => {
  await prepare();
  await build('app');
  const words = process.argv.slice(2);
  const elsewhere = process.env.MESSOX_DIR !== undefined || words.some((word) => /^--dir(=|$)/.test(word));
  const bin = `${root}packages/cli/bin/messox.js`;
  process.argv = [process.execPath, bin, 'up', '--yes', ...(elsewhere ? [] : ['--dir', 'data']), ...words];
  // What `messox` calls itself in the commands that it proposes: this one works in a clone.
  process.env.MESSOX_COMMAND ??= 'npx messox';
  // In this process and not in a child: one process less for a signal to pass through.
  await import(bin);
});
