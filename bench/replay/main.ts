import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parseDialogues } from './dialogues.ts';
import { replay } from './replay.ts';
import { ReplayServer } from './server.ts';

const help = `npm run replay -- FILE [--pairs 8]

Plays a file of dialogues (tab-separated: dialogue, language, turn, speaker, text) between real accounts
over real sockets, half of them with one side offline, kills the server with -9 in the middle, starts it
again, and holds what every device has, live and from history, against the file.`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { pairs: { type: 'string', default: '8' }, help: { type: 'boolean', short: 'h', default: false } },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const run = async (file: string, pairs: number): Promise<number> => {
  const dialogues = parseDialogues(await readFile(file, 'utf8'));
  const dir = await mkdtemp(path.join(tmpdir(), 'messox-replay-'));
  const server = await ReplayServer.start(dir);
  let tenth = 0;
  try {
    const report = await replay(dialogues, {
      url: server.url,
      pairs,
      atHalf: async () => {
        say('kill -9 of the server, and up again …');
        await server.kill();
        await server.start();
      },
      onProgress: (stored, lines) => {
        if (Math.floor((stored * 10) / lines) > tenth) say(`${stored} of ${lines} lines`);
        tenth = Math.floor((stored * 10) / lines);
      },
    });
    const { connections, devices, dialogues: count, languages, lines, problems, seconds } = report;
    say(
      `${lines} lines of ${count} dialogues in ${languages} languages, ${devices} devices, ${connections} connections, ${seconds.toFixed(1)} s`,
    );
    for (const problem of problems) say(`✖ ${problem}`);
    if (problems.length === 0)
      say('✔ every device has every line, live and from history: nothing lost, doubled, reordered or changed');
    return problems.length === 0 ? 0 : 1;
  } finally {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
};

const [file] = positionals;
const pairs = Number(values.pairs);
if (values.help) say(help);
else if (file === undefined || !Number.isInteger(pairs) || pairs < 1) {
  process.stderr.write(`${help}\n`);
  process.exitCode = 2;
} else process.exitCode = await run(file, pairs);
