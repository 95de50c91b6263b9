import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createClient } from './browser.ts';
import { savedTokens } from './auth/saved-tokens.ts';
import { startServer } from './test/fixtures.ts';

/** Every module that this one brings in, types aside; packages by their names. */
const reach = (file: string, seen = new Map<string, string>()): Map<string, string> => {
  const source = readFileSync(file, 'utf8');
  seen.set(file, source);
  for (const [, only, from = ''] of source.matchAll(/(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'/g)) {
    const target = from.startsWith('.') ? join(dirname(file), from) : from;
    if (only || seen.has(target)) continue;
    if (from.startsWith('.')) reach(target, seen);
    else seen.set(target, '');
  }
  return seen;
};

test("nothing of Node is in a browser's way", () => {
  const modules = reach(join(import.meta.dirname, 'browser.ts'));
  expect([...modules.keys()].filter((name) => !name.startsWith('/'))).toEqual(['@messox/protocol']);
  expect(modules.size).toBeGreaterThan(20);
  for (const source of modules.values()) expect(source).not.toMatch(/\b(process|Buffer)\.\w|\brequire\(|import\(/);
});

test('the checker of histories brings in nothing but its own files', () => {
  const modules = reach(join(import.meta.dirname, 'checker/index.ts'));
  expect([...modules.keys()].filter((name) => !name.startsWith('/'))).toEqual([]);
  expect(modules.size).toBeGreaterThan(10);
});

test('a browser uses the WebSocket of its own', async () => {
  const server = await startServer();
  server.world.addUser('ana');
  vi.stubGlobal('WebSocket', WebSocket);
  onTestFinished(() => void vi.unstubAllGlobals());
  const client = createClient({ url: server.url, tokens: savedTokens(server.tokens.issue(1)) });
  await client.connect();
  expect(client.status).toBe('live');
  await client.close();
});
