import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runVitest } from './run-vitest.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'messox-vitest-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const tallyOf = (tests: Record<string, string>): ReturnType<typeof runVitest> => {
  for (const [name, text] of Object.entries(tests)) writeFileSync(path.join(folder, `${name}.test.js`), text);
  return runVitest(['--root', folder, '--globals'], { quiet: true, graceMs: 500 });
};

it('counts what passed', async () => {
  expect(await tallyOf({ a: 'test("one", () => {}); test("two", () => {});', b: 'test("three", () => {});' })).toEqual({
    passed: 3,
    failed: [],
    skipped: [],
  });
});

it('names what failed and what was left out, with the reason', async () => {
  const { passed, failed, skipped } = await tallyOf({
    a: `
      test('works', () => {});
      describe('sending', () => test('fails', () => expect(1).toBe(2)));
      test('needs a browser', ({ skip }) => skip('there is no browser'));
      test.skip('needs root', () => {});
      test.todo('is planned');
    `,
    broken: 'import "./missing.js"; test("never runs", () => {});',
  });
  expect(passed).toBe(1);
  expect(failed.sort()).toEqual([
    expect.stringMatching(/a\.test\.js > sending > fails$/),
    expect.stringMatching(/broken\.test\.js$/),
  ]);
  expect(skipped).toEqual([
    expect.stringMatching(/needs a browser: there is no browser$/),
    expect.stringMatching(/needs root: not possible on this machine$/),
    expect.stringMatching(/is planned: not written yet$/),
  ]);
});

it('takes for a failure what goes wrong outside of a test, and a test that hides the others', async () => {
  const outside = await tallyOf({ a: 'test("works", () => { setTimeout(() => { throw new Error("late") }); });' });
  expect(outside.failed).toEqual(['outside of any test: late']);
  const only = await tallyOf({ a: 'test.only("works", () => {}); test("hidden", () => {});' });
  expect(only.failed).not.toEqual([]);
});

it('takes for a failure that nothing could run', async () => {
  const { passed, failed } = await runVitest(['--root', folder], { quiet: true });
  expect({ passed, failed }).toEqual({ passed: 0, failed: [expect.stringContaining('vitest ended without success')] });
});

it('takes for a failure that a process outlives the tests', async () => {
  const { failed } = await tallyOf({
    a: `
      import { spawn } from 'node:child_process';
      test('leaves a process', () => {
        spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { detached: true, stdio: 'ignore' }).unref();
      });
    `,
  });
  expect(failed).toEqual(process.platform === 'linux' ? [expect.stringContaining('left behind by the tests: ')] : []);
});
