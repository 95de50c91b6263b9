import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { checkHistory } from '@messox/client/checker';
import { grounds } from './grounds.ts';
import { readHistory } from './history/history-file.ts';
import { soak } from './soak.ts';

const help = `npm run soak -- [--minutes 10] [--seed S] [--ground one|many] [--json FILE] [--verbose]
npm run soak -- --history FILE

People chat over real clients while servers, database, broker and lines between them are killed, frozen, cut,
filled and delayed; then everything that anybody saw is held against what the server promises. Ends with 1
when a promise was broken. The seed of a round repeats what was chosen in it, though not the moment at which
the machine does it. A history that was kept is checked again by --history.`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(randomInt(1_000_000_000)) },
    ground: { type: 'string' },
    json: { type: 'string' },
    history: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const run = async (minutes: number, seed: number, chosen: typeof grounds): Promise<number> => {
  say(`seed ${seed}, ${minutes} minutes`);
  const possible = chosen.filter(({ name, needs }) => {
    const why = needs();
    if (why !== undefined) say(`not on ${name}: ${why}`);
    return why === undefined;
  });
  const begin = performance.now();
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      if (!stop.signal.aborted) say('Finishing this round …');
      stop.abort();
    });
  const onFault = (name: string): void => say(`  ${((performance.now() - begin) / 1_000).toFixed(1)} s: ${name}`);
  const rounds = await soak({
    minutes,
    seed,
    grounds: possible,
    roundMs: 60_000,
    say,
    signal: stop.signal,
    ...(values.verbose ? { onFault } : {}),
  });
  const broken = rounds.filter(({ violations }) => violations.length > 0);
  const faults = rounds.flatMap((round) => Object.values(round.faults)).reduce((sum, times) => sum + times, 0);
  const acknowledged = rounds.reduce((sum, { counts }) => sum + counts.ok, 0);
  if (values.json !== undefined)
    await writeFile(values.json, `${JSON.stringify({ seed, minutes, rounds }, undefined, 2)}\n`);
  say(
    `${rounds.length} rounds, ${faults} faults, ${acknowledged} acknowledgements: ${
      broken.length === 0
        ? 'every promise was kept'
        : `broken in the rounds with seed ${broken.map((round) => round.seed).join(', ')}`
    }`,
  );
  return broken.length === 0 && rounds.length > 0 ? 0 : 1;
};

const checkAgain = async (file: string): Promise<number> => {
  const violations = checkHistory(await readHistory(file));
  for (const { invariant, message, records } of violations)
    say(
      [`✖ ${invariant}: ${message}`, ...records.map((record) => `  ${JSON.stringify(record).slice(0, 400)}`)].join(
        '\n',
      ),
    );
  say(violations.length === 0 ? '✔ every invariant holds' : `${violations.length} violations`);
  return violations.length === 0 ? 0 : 1;
};

const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
const chosen = grounds.filter(({ name }) => values.ground === undefined || name === values.ground);
if (values.help) say(help);
else if (values.history !== undefined) process.exitCode = await checkAgain(values.history);
else if (!(minutes > 0) || !Number.isSafeInteger(seed) || chosen.length === 0) {
  process.stderr.write(`${help}\n`);
  process.exitCode = 2;
} else process.exitCode = await run(minutes, seed, chosen);
