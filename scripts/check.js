import { prepare } from './setup/prepare.js';
import { main, Stop } from './setup/stop.js';
import { runVitest } from './testing/run-vitest.js';
import { staticChecks } from './testing/static-checks.js';
import { isGood, sum, summary } from './testing/tally.js';

/** `npm run check`: the quick loop before a commit. Format, lint, types, unused code and the tests beside the sources. */
await main(async () => {
  await prepare();
  const tally = sum([await staticChecks({ cached: true }), await runVitest(['--exclude', 'e2e/**'])]);
  console.log(summary(tally, { everySkipFails: false }));
  if (!isGood(tally, { everySkipFails: false })) throw new Stop('');
});
