import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseDialogues } from './dialogues.ts';
import { replay } from './replay.ts';
import { ReplayServer } from './server.ts';

const story = new URL('./story.tsv', import.meta.url);

it(
  'loses, doubles, reorders and changes nothing, with people away and a server that is killed in the middle',
  { timeout: 180_000 },
  async () => {
    const dialogues = parseDialogues(await readFile(story, 'utf8'));
    const dir = await mkdtemp(path.join(tmpdir(), 'messox-story-'));
    const server = await ReplayServer.start(dir);
    let killed = false;
    try {
      const report = await replay(dialogues, {
        url: server.url,
        pairs: 3,
        atHalf: async () => {
          await server.kill();
          killed = true;
          await server.start();
        },
      });
      expect(report.problems).toEqual([]);
      expect(killed).toBe(true);
      expect(report).toMatchObject({ lines: dialogues.reduce((sum, { turns }) => sum + turns.length, 0), devices: 12 });
      // Everyone was away and came back, and came back again after the kill.
      expect(report.connections).toBeGreaterThan(24);
    } finally {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    }
  },
);
