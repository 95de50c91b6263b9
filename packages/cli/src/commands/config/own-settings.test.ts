import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { messoxHere, projectFolder } from '../../testing/messox.ts';

const write = async (dir: string, name: string, text: string): Promise<void> => {
  await mkdir(join(dir, 'modules', name), { recursive: true });
  await writeFile(join(dir, 'modules', name, 'index.mjs'), text);
};

const painter = `import { defineModule, z } from '@messox/server/module';
export default defineModule({
  name: 'painter',
  contract: 1,
  settings: z.strictObject({
    colour: z.enum(['red', 'blue']).default('red').meta({ description: 'That of the walls.' }),
    coats: z.int().min(1).max(9).default(2),
    share: z.number().default(0.5),
    rooms: z.array(z.string().regex(/^[A-Z]/, 'a room begins with a capital')).default([]),
    sizes: z.record(z.string(), z.number()).default({}),
    door: z.strictObject({
      key: z.string().optional().meta({ secret: true }),
      pin: z.int().optional().meta({ secret: true }),
      codes: z.record(z.string(), z.string().min(3).meta({ secret: true })).default({ all: 'hush' }),
    }).prefault({}),
  }),
  setup() {},
});
`;

const withPainter = async (): Promise<string> => {
  const dir = await projectFolder();
  await write(dir, 'painter', painter);
  return dir;
};

const settingsOf = (dir: string): Promise<string> => readFile(join(dir, 'messox.yaml'), 'utf8');

describe('the settings of an own module', { timeout: 180_000 }, () => {
  it('are shown with what they are about, and what holds without them', async () => {
    const dir = await withPainter();
    const { exitCode, stderr, stdout } = await messoxHere(['config', 'show', 'modules.painter', '--json'], { dir });
    expect(exitCode, stderr).toBe(0);
    const { settings } = JSON.parse(stdout) as { settings: unknown[] };
    expect(settings).toHaveLength(8);
    expect(settings).toEqual(
      expect.arrayContaining([
        { key: 'modules.painter.colour', about: 'That of the walls.', set: null, default: 'red', effective: 'red' },
        { key: 'modules.painter.sizes', set: null, default: {}, effective: {} },
        { key: 'modules.painter.door.key', set: null, default: null, effective: null },
      ]),
    );
  });

  it('are set with their type, and refused as the module says', async () => {
    const dir = await withPainter();
    const set = (name: string, ...words: string[]) =>
      messoxHere(['config', 'set', `modules.painter.${name}`, ...words], { dir });
    const done = await set('rooms', 'Hall', 'Attic');
    expect(done.exitCode, done.stderr).toBe(0);
    const before = await settingsOf(dir);
    expect(before).toContain('  painter:\n    rooms:\n      - Hall\n      - Attic\n');
    for (const [name, why] of [
      ['rooms', /a room begins with a capital/],
      ['color', /Did you mean modules\.painter\.colour\?/],
    ] as const) {
      const { exitCode, stderr } = await set(name, 'hall');
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(why);
    }
    expect(await settingsOf(dir)).toBe(before);
  });

  it('are checked where they stand, and what cannot be loaded keeps no other from it', async () => {
    const dir = await withPainter();
    await write(dir, 'broken', 'const = ;');
    await write(dir, 'ends', 'process.exit(3);');
    const valid = await messoxHere(['config', 'validate'], { dir });
    expect(valid.exitCode, valid.stderr).toBe(0);
    expect(valid.stderr).toMatch(/modules\/broken are not known: .*SyntaxError/);
    expect(valid.stderr).toContain('modules/ends keeps the server from loading');
    const { exitCode: code, stdout } = await messoxHere(['config', 'set', 'modules.painter.door.key', 'abc'], { dir });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/is now \*+$/)]);
    const again = await messoxHere(['config', 'set', 'modules.painter.door.key', 'def', '--json'], { dir });
    expect(JSON.parse(again.stdout)).toMatchObject({ value: '******', previous: '******', changed: true });
    expect(await settingsOf(dir)).toContain('key: def');
    const wrong = await messoxHere(['config', 'set', 'modules.painter.door.pin', 'hush'], { dir });
    expect([wrong.exitCode, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('modules.painter.door.pin cannot be that'),
    ]);
    expect(wrong.stderr).not.toContain('hush');
    const refused = await messoxHere(['config', 'get', 'modules.broken.key'], { dir });
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[module_invalid]') as string });

    for (const name of ['broken', 'ends']) await rm(join(dir, 'modules', name), { recursive: true });
    const source = await settingsOf(dir);
    await writeFile(join(dir, 'messox.yaml'), source.replace('  painter:\n', '  painter:\n    coat: 1\n'));
    const { exitCode, stderr } = await messoxHere(['config', 'validate'], { dir });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /messox\.yaml:\d+:5 {2}modules\.painter\.coat: there is no such setting; did you mean coats\?/,
    );
  });

  it('show nothing of a secret that stands within a value', async () => {
    const dir = await withPainter();
    const key = 'modules.painter.door.codes';
    const said: string[] = [];
    for (const words of [
      ['set', key, '{ front: hush }'],
      ['set', key, '{ front: hush, back: hush }', '--json'],
      ['get', key, '--json'],
      ['show', 'modules.painter'],
      ['unset', key],
      ['unset', key, '--json'],
    ]) {
      const { exitCode, stderr, stdout } = await messoxHere(['config', ...words], { dir });
      expect(exitCode, stderr).toBe(0);
      said.push(stdout, stderr);
      if (words[0] === 'show') expect(await settingsOf(dir)).toContain('back: hush');
    }
    const { exitCode, stderr } = await messoxHere(['config', 'set', key, '{ hush: xy }'], { dir });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('door.codes cannot be that')]);
    expect(said.join('\n')).not.toContain('hush');
  });

  it('are refused when the module is set aside, and taken out by one command', async () => {
    const dir = await withPainter();
    expect((await messoxHere(['config', 'set', 'modules.painter.coats', '1'], { dir })).exitCode).toBe(0);
    await rename(join(dir, 'modules', 'painter'), join(dir, 'modules', '_painter'));
    const refused = await messoxHere(['config', 'validate'], { dir });
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr.replace(/\s+/g, ' ')).toContain('the module is set aside in modules/_painter');
    expect(refused.stderr).toContain('messox config unset modules.painter');
    for (const changed of [true, false]) {
      const unset = await messoxHere(['config', 'unset', 'modules.painter', '--json'], { dir });
      expect(JSON.parse(unset.stdout)).toEqual({ key: 'modules.painter', default: null, changed });
    }
    expect((await messoxHere(['config', 'validate'], { dir })).exitCode).toBe(0);
  });
});
