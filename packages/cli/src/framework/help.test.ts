import { describe, expect, it } from 'vitest';
import { commands } from '../commands.ts';
import { columns } from '../output/printable.ts';
import { plainStyle } from '../output/style.ts';
import { messox, emptyFolder, messoxHere } from '../testing/messox.ts';
import { globalOptions } from './globals.ts';
import { helpText } from './help.ts';
import { longFlag } from './spec.ts';
import { commandsBelow } from './table.ts';

const screens = [[], ...commands.map(({ spec }) => spec.name.split(' '))];

describe('help', () => {
  it.each(screens)('of "%s" fits into 80 columns', (...words) => {
    const lines = helpText(commands, words, plainStyle);
    expect(lines.filter((line) => columns(line) > 80)).toEqual([]);
    expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
  });

  it('names every command', () => {
    const text = helpText(commands, [], plainStyle).join('\n');
    for (const { spec } of commandsBelow(commands, [])) expect(text).toContain(`\n  ${spec.name} `);
  });

  it.each(commands)('$spec.name is described as the others are', ({ spec, load }) => {
    expect(spec.summary).toMatch(/^[A-Z].{5,53}[^.]$/);
    expect(spec.examples.length).toBeLessThanOrEqual(2);
    for (const [line] of spec.examples) expect(`${line} `.startsWith(`${spec.name} `)).toBe(true);
    if (!load) expect(commandsBelow(commands, spec.name.split(' '))).not.toEqual([]);
  });

  it.each(commands)('no option of $spec.name is a global one', ({ spec }) => {
    const taken = globalOptions.flatMap(({ flags }) => flags.match(/(?<![\w-])--?[a-z-]+/g) ?? []);
    const own = Object.entries(spec.options ?? {}).flatMap(([key, { short }]) => [
      longFlag(key),
      ...(short ? [`-${short}`] : []),
    ]);
    expect(own.filter((flag) => taken.includes(flag))).toEqual([]);
    expect(new Set(own).size).toBe(own.length);
  });

  it('is the same for --help, help and no command at all', async () => {
    const dir = await emptyFolder();
    const [a, b, c] = await Promise.all([['--help'], ['help'], []].map((argv) => messox(argv, { dir })));
    expect(a?.stdout).toContain('Lifecycle');
    expect(b).toEqual(a);
    expect(c).toEqual(a);
    expect((await messoxHere(['help', 'config', 'set'], { dir })).stdout).toBe(
      (await messoxHere(['config', 'set', '--help'], { dir })).stdout,
    );
  });

  it('is one object with --json', async () => {
    const { stdout } = await messoxHere(['config', '--help', '--json'], { dir: await emptyFolder() });
    expect(JSON.parse(stdout)).toEqual({ help: helpText(commands, ['config'], plainStyle).join('\n') });
  });
});
