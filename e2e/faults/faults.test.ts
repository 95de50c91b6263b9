import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { grounds } from './grounds.ts';
import { keepHistory } from './keep-history.ts';
import { menu } from './menu/index.ts';
import { render } from './report.ts';
import { runRound } from './run-round.ts';

const chaosMs = 20_000;

for (const { name, needs, start } of grounds)
  it(`keeps every promise while everything goes wrong, on ground "${name}"`, { timeout: 240_000 }, async (context) => {
    const why = needs();
    if (why !== undefined) context.skip(why);
    const seed = randomInt(1_000_000_000);
    process.stdout.write(`faults: ground ${name}, seed ${seed}\n`);
    const cluster = await start();
    try {
      const round = await runRound({ cluster, seed, lastsMs: chaosMs, faults: menu });
      const where = round.violations.length > 0 ? await keepHistory(round) : '';
      expect(round.violations, `${render(round)}\n${where}`).toEqual([]);
      // It was a real storm, and the people in it did get their messages through.
      expect(Object.keys(round.faults).length).toBeGreaterThan(3);
      expect(round.counts.ok).toBeGreaterThan(50);
      expect(round.counts.received).toBeGreaterThan(500);
      // Owners left their groups.
      expect(round.counts.handovers, render(round)).toBeGreaterThan(0);
      expect(round.convergedMs, render(round)).toBeDefined();
    } finally {
      await cluster.stop();
    }
  });
