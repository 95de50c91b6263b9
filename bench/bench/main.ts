import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgresForLimits } from './limit-database.ts';
import { startChild } from './child.ts';
import { pairUp, runDirect } from './direct.ts';
import { runIdle } from './idle.ts';
import { measureRows, measureSockets } from './limits.ts';
import { type Figure, table } from './report.ts';

const help = `npm run bench -- [--users 400] [--in-flight 4] [--seconds 10] [--idle 2000] [--json FILE]

Starts a server of its own on the embedded default and reports what stored, acknowledged and delivered
messages of direct channels cost, each figure beside the limit measured in the same run.`;

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '400' },
    'in-flight': { type: 'string', default: '4' },
    seconds: { type: 'string', default: '10' },
    idle: { type: 'string', default: '2000' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const numberOf = (name: 'users' | 'in-flight' | 'seconds' | 'idle'): number => {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a whole number from 1 up`);
  return value;
};

const run = async (): Promise<void> => {
  const load = {
    users: numberOf('users') & ~1,
    inFlight: numberOf('in-flight'),
    seconds: numberOf('seconds'),
    warmUpSeconds: 3,
  };
  const idle = numberOf('idle');
  const text = 'A message of some two hundred bytes. '.repeat(6).slice(0, 200);
  const dir = await mkdtemp(path.join(tmpdir(), 'messox-bench-'));
  try {
    say('limits: rows by unnest, bare sockets …');
    const limitDatabase = await startEmbeddedPostgresForLimits(path.join(dir, 'limits'));
    const rows = await measureRows(limitDatabase.connection, limitDatabase.pid, load.seconds, text);
    await limitDatabase.stop();
    const sockets = await measureSockets({ ...load, idle }, text);

    say(`direct: ${load.users} users in pairs, ${load.inFlight} messages in flight each, ${text.length} bytes …`);
    const server = await startChild<{ url: string; databasePid: number }>('./server-process.js', [
      path.join(dir, 'server'),
    ]);
    const { databasePid, url } = server.ready;
    const writers = await pairUp(url, load.users, load.inFlight);
    const direct = await runDirect(writers, { server: server.pid, database: databasePid }, load, text);
    await Promise.all(writers.map(({ client }) => client.close()));
    say(`idle: ${idle} sessions …`);
    const quiet = await startChild<{ url: string }>('./server-process.js', [path.join(dir, 'quiet')]);
    const idling = await runIdle(quiet.ready.url, quiet.pid, idle);
    await quiet.stop();
    await server.stop();

    const cpu = direct.serverCpuMsPer1000 + direct.databaseCpuMsPer1000;
    const figures: Figure[] = [
      {
        name: 'messages stored, acknowledged, delivered',
        value: direct.perSecond,
        unit: '/s',
        limit: Math.min(rows.rowsPerSecond, sockets.messagesPerSecond),
        limitName: 'the lower of rows and bare sockets',
      },
      ...['p50', 'p95', 'p99'].map((share, index) => ({
        name: `acknowledged after, ${share}`,
        value: direct.acknowledged[index] ?? NaN,
        unit: 'ms',
      })),
      ...['p50', 'p95', 'p99'].map((share, index) => ({
        name: `delivered after, ${share}`,
        value: direct.delivered[index] ?? NaN,
        unit: 'ms',
      })),
      {
        name: 'server CPU for 1,000 messages',
        value: direct.serverCpuMsPer1000,
        unit: 'ms',
        limit: sockets.cpuMsPer1000,
        limitName: 'bare ws: 1 frame in, 3 out',
      },
      {
        name: 'database CPU for 1,000 messages',
        value: direct.databaseCpuMsPer1000,
        unit: 'ms',
        limit: rows.cpuMsPer1000,
        limitName: `unnest, sender's side included`,
      },
      {
        name: 'CPU for 1,000 messages, both',
        value: cpu,
        unit: 'ms',
        limit: sockets.cpuMsPer1000 + rows.cpuMsPer1000,
        limitName: 'both limits together',
      },
      {
        name: 'memory for an idle session',
        value: idling.bytesPerSession / 1_024,
        unit: 'KiB',
        limit: sockets.bytesPerIdle / 1_024,
        limitName: 'a bare ws socket',
      },
      { name: 'sessions accepted', value: idling.sessionsPerSecond, unit: '/s' },
    ];
    say(`\n${table(figures)}\n`);
    say(
      `Node ${process.version}, ${cpus().length} cores; the load runs on the same cores. Latencies are those of a closed loop at full load.`,
    );
    if (values.json !== undefined) {
      await mkdir(path.dirname(path.resolve(values.json)), { recursive: true });
      await writeFile(
        values.json,
        JSON.stringify({ load, idle, figures, rows, sockets, direct, idling }, undefined, 2),
      );
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

if (values.help) say(help);
else await run();
