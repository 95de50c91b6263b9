import { prepare } from './setup/prepare.js';
import { main, Stop } from './setup/stop.js';
import { checkAndTest } from './testing/check-and-test.js';
import { uncommitted } from './testing/clone-state.js';
import { isGood, summary } from './testing/tally.js';
import { bringTools } from './testing/tools.js';

/** `npm test`: everything, from a fresh clone too. With CI=true or MESSOX_NO_SKIP=1 whatever was not tested is a failure. */
await main(async () => {
  const everySkipFails = process.env.CI === 'true' || process.env.MESSOX_NO_SKIP === '1';
  await prepare();
  await bringTools();
  const before = await uncommitted();
  const tally = await checkAndTest({ cached: false, vitestArgs: [] });
  // Elsewhere somebody may well be at work in the clone meanwhile.
  if (everySkipFails) {
    const left = (await uncommitted()).filter((line) => !before.includes(line));
    tally.failed.push(...left.map((line) => `left in the clone by the tests: ${line}`));
  }
  console.log(summary(tally, { everySkipFails }));
  if (!isGood(tally, { everySkipFails })) throw new Stop('');
});
