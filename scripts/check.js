import { prepare } from './setup/prepare.js';
import { main, Stop } from './setup/stop.js';
import { checkAndTest } from './testing/check-and-test.js';
import { isGood, summary } from './testing/tally.js';

/** `npm run check`: the quick loop before a commit. Format, lint, types, unused code and the tests beside the sources. */
await main(async () => {
  await prepare();
  const tally = await checkAndTest({ cached: true, vitestArgs: ['packages/', 'bench/', 'scripts/'] });
  console.log(summary(tally, { everySkipFails: false }));
  if (!isGood(tally, { everySkipFails: false })) throw new Stop('');
});
