import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type EngineProcess, hardLimitIn, mayRaiseLimits, ofUser, openFilesFixes, uidIn } from './open-files.ts';

const line = (hard: string): string =>
  `Max processes             127338               127338               processes\nMax open files            1024                 ${hard.padEnd(20)} files\n`;
const first = '         0          0 4294967295\n';

describe('the limits of a process', () => {
  it('have a number of open files, or none', () => {
    expect(hardLimitIn(line('20000'))).toBe(20_000);
    expect(hardLimitIn(line('unlimited'))).toBe(Infinity);
  });

  it.skipIf(process.platform !== 'linux')('are read as the kernel writes them', () =>
    expect(hardLimitIn(readFileSync('/proc/self/limits', 'utf8'))).toBeGreaterThan(0),
  );

  it('are of the user that it acts for', () =>
    expect(uidIn('Name:\tdockerd\nUid:\t1000\t1001\t1000\t1000\nGid:\t100\t100\t100\t100\n')).toBe(1001));

  it.each([
    ['000001ffffffffff', first, true],
    ['000001fffeffffff', first, false],
    ['0000000000000000', first, false],
    // Root of a user namespace, as in an unprivileged container, has it for that alone.
    ['000001ffffffffff', '         0     100000      65536\n', false],
  ])('with the capabilities %s and the ids %j can be raised: %s', (mask, ids, may) =>
    expect(mayRaiseLimits(`Name:\tdockerd\nCapEff:\t${mask}\nSeccomp:\t0\n`, ids)).toBe(may),
  );
});

it('of a user with a rootless engine those of that user count alone', () => {
  const engine = (uid: number, hard: number): EngineProcess => ({
    name: 'containerd',
    pid: 1,
    uid,
    hard,
    mayRaise: false,
  });
  const [own, others] = [engine(1000, 20_000), engine(0, Infinity)];
  expect(ofUser([own, others], 1000)).toEqual([own]);
  expect(ofUser([own, others], 0)).toEqual([own, others]);
  expect(ofUser([others], 1000)).toEqual([others]);
  expect(openFilesFixes(others).join()).not.toContain('Infinity');
});
