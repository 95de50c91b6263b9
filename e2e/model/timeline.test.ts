import { timelineEntry } from '@messox/protocol';
import { mischievousBus, seededRandom, startTestServer, type TestServer } from '@messox/server/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blockCommands } from './commands/blocks.ts';
import { channelCommands } from './commands/channels.ts';
import { messageCommands } from './commands/messages.ts';
import { readingCommands } from './commands/reading.ts';
import { sessionCommands } from './commands/sessions.ts';
import { Real } from './real.ts';
import { limits, World } from './world.ts';

/**
 * MESSOX_MODEL_RUNS makes more or fewer runs, MESSOX_MODEL_SHRINK=0 tells the first failure as it is. The seed, `path` and
 * `replayPath` that a failure prints repeat it as MESSOX_MODEL_SEED, _PATH and _REPLAY.
 */
const { MESSOX_MODEL_PATH, MESSOX_MODEL_REPLAY, MESSOX_MODEL_RUNS, MESSOX_MODEL_SEED, MESSOX_MODEL_SHRINK } =
  process.env;
const runs = Number(MESSOX_MODEL_RUNS ?? 14);
const seed = Number(MESSOX_MODEL_SEED ?? Date.now() % 2 ** 31);
const timeout = 60_000 + runs * 10_000;

const { send, retry, edit, remove, react, burst } = messageCommands;
const { openDirect, createGroup, join, leave, kick, rename, updateProfile } = channelCommands;
const { block, unblock } = blockCommands;
const { markRead, fetchPage, takeSnapshot } = readingCommands;
const { disconnect, resume, sync, ping } = sessionCommands;

const steps = [
  ...[send, send, send, retry, edit, edit, remove, react, react, react, burst],
  ...[openDirect, createGroup, createGroup, join, join, leave, kick, rename, rename, updateProfile],
  ...[block, unblock, unblock],
  ...[markRead, fetchPage, takeSnapshot],
  ...[disconnect, resume, resume, resume, sync, ping],
];

const commands = fc.commands(steps, {
  maxCommands: 100,
  size: 'max',
  ...(MESSOX_MODEL_REPLAY === undefined ? {} : { replayPath: MESSOX_MODEL_REPLAY }),
});

/** What was seen of the kinds of entries, in all runs together. */
const kinds = new Set<string>();

describe.each([
  { bus: 'a bus that behaves', inStep: true },
  { bus: 'a bus that loses, repeats and reorders', inStep: false },
])('with $bus, the server', ({ inStep }) => {
  const bus = mischievousBus(seededRandom(seed));
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ limits, ...(inStep ? {} : { bus }) });
  });
  afterAll(() => server.stop());

  it(`answers and tells what the model says, whatever people do (seed ${seed})`, { timeout }, async () => {
    const property = fc.asyncProperty(commands, async (sequence) => {
      const world = new World();
      const real = await Real.open(
        {
          server,
          world,
          inStep,
          onKind: (kind) => kinds.add(kind),
          nudge: () => (inStep ? undefined : bus.sayGap()),
        },
        4,
      );
      try {
        await real.found();
        await fc.asyncModelRun(() => ({ model: world, real }), sequence);
        await real.finish();
      } finally {
        await real.close();
      }
    });
    await fc.assert(property, {
      seed,
      // Biased, half of so few runs would be of next to no steps.
      unbiased: true,
      endOnFailure: MESSOX_MODEL_SHRINK === '0',
      numRuns: inStep ? runs : Math.ceil(runs / 2),
      ...(MESSOX_MODEL_PATH === undefined ? {} : { path: MESSOX_MODEL_PATH }),
    });
  });
});

it('was asked for entries of every kind', () => {
  expect([...kinds].sort()).toEqual(timelineEntry.options.map(({ shape }) => shape.kind.value).sort());
});
