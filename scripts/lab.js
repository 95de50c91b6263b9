import { build } from './setup/build.js';
import { prepare } from './setup/prepare.js';
import { main, Stop } from './setup/stop.js';
import { runLab } from './testing/run-lab.js';
import { isGood, summary } from './testing/tally.js';

/** `npm run test:lab`. With CI=true or MESSOX_NO_SKIP=1 a machine on which it cannot be run is a failure. */
await main(async () => {
  const everySkipFails = process.env.CI === 'true' || process.env.MESSOX_NO_SKIP === '1';
  await prepare();
  await build();
  const tally = await runLab();
  console.log(summary(tally, { everySkipFails }));
  const isElsewhere = tally.passed === 0 && tally.failed.length === 0 && !everySkipFails;
  if (!isElsewhere && !isGood(tally, { everySkipFails })) throw new Stop('');
});
