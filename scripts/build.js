import { build } from './setup/build.js';
import { prepare } from './setup/prepare.js';
import { main } from './setup/stop.js';

/** `npm run build`: installs what is missing and compiles, also in a fresh clone. */
await main(async () => {
  await prepare();
  await build();
});
