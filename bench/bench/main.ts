import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Report, reportPage } from './report/page.ts';
import { table } from './report/table.ts';
import { runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';

const help = `npm run bench [-- SCENARIO … | --all] [--seconds 10] [--out FOLDER] [--limit timelineBatch=512]… [--node="--cpu-prof"]

Starts servers of its own on the embedded default and measures them: each figure beside the limit that the same
machine had in the same run. Prints a table, and writes results.json and a page with plots, index.html.
Without a name, all scenarios run but those marked * , which take minutes.

${scenarios.map(({ about, long, name }) => `${long ? '*' : ' '} ${name.padEnd(17)} ${about}`).join('\n')}`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '10' },
    out: { type: 'string', default: path.join('bench', 'results') },
    limit: { type: 'string', multiple: true, default: [] },
    node: { type: 'string', default: '' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const chosen = (): readonly Scenario[] => {
  if (positionals.length === 0) return scenarios.filter(({ long }) => values.all || !long);
  return positionals.map((name) => {
    const found = scenarios.find((scenario) => scenario.name === name);
    if (!found) throw new Error(`There is no scenario "${name}"; npm run bench -- --help names them`);
    return found;
  });
};

const readLimit = (text: string): [name: string, value: number] => {
  const [name = '', value] = text.split('=');
  if (!Number.isInteger(Number(value)))
    throw new Error('--limit takes the name of a limit of the server and a number, such as timelineBatch=512');
  return [name, Number(value)];
};

const run = async (): Promise<void> => {
  const seconds = Number(values.seconds);
  if (!(seconds >= 1)) throw new Error('--seconds takes a number from 1 up');
  const dir = await mkdtemp(path.join(tmpdir(), 'messox-bench-'));
  const nodeOptions = values.node === '' ? [] : values.node.split(' ');
  const serverLimits = Object.fromEntries(values.limit.map(readLimit));
  const limits = new Map<string, unknown>();
  const results: Report['scenarios'][number][] = [];
  const loadBefore = loadavg()[0] ?? 0;
  try {
    for (const scenario of chosen()) {
      const { about, name } = scenario;
      say(`\n${name}: ${about}`);
      const outcome = await runScenario(scenario, { seconds, dir, limits, nodeOptions, serverLimits });
      results.push({ name, about, ...outcome });
      say(table(outcome.figures));
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    'memory, GiB': Math.round(totalmem() / 2 ** 30),
    'load average before': loadBefore.toFixed(1),
    'seconds measured': seconds,
  };
  const report: Report = { at: new Date().toISOString(), machine, scenarios: results };
  const out = path.resolve(values.out);
  await mkdir(out, { recursive: true });
  await writeFile(path.join(out, 'results.json'), `${JSON.stringify(report, undefined, 2)}\n`);
  await writeFile(path.join(out, 'index.html'), reportPage(report));
  say(`\nWritten: ${path.join(out, 'results.json')} and index.html`);
  if (loadBefore > 0.5)
    say(`Something else was using the machine (load average ${loadBefore.toFixed(1)}): trust the ratios.`);
};

if (values.help) say(help);
else await run();
