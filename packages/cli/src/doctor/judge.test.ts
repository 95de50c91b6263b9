import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { judgeClock } from './checks/clock.ts';
import { askTime, judgeAnswerTime } from './checks/clock-outside.ts';
import { judgeDisk } from './checks/disk.ts';
import { judgeMemory } from './checks/memory.ts';
import { judgeMigrations } from './checks/migrations.ts';
import { isNewEnough } from './checks/node.ts';
import { GiB, MiB } from './size.ts';

describe('what checks judge', () => {
  it.each([
    ['20.18.3', false],
    ['20.19.0', true],
    ['18.20.0', false],
    ['22.0.0', true],
    ['24.11.1', true],
  ])('Node.js %s: %s', (version, enough) => expect(isNewEnough(version)).toBe(enough));

  it.each([
    [{ free: 20 * GiB, freeInodes: 1e6, inodes: 2e6 }, 'ok'],
    [{ free: 500 * MiB, freeInodes: 1e6, inodes: 2e6 }, 'warn'],
    [{ free: 50 * MiB, freeInodes: 1e6, inodes: 2e6 }, 'fail'],
    [{ free: 20 * GiB, freeInodes: 5_000, inodes: 2e6 }, 'warn'],
    [{ free: 20 * GiB, freeInodes: 10, inodes: 2e6 }, 'fail'],
    // A file system that does not count inodes tells 0 of 0.
    [{ free: 20 * GiB, freeInodes: 0, inodes: 0 }, 'ok'],
  ])('a disk with %j: %s', (disk, status) => expect(judgeDisk(disk, '/srv').status).toBe(status));

  it.each([
    [4 * GiB, 8 * GiB, 'ok'],
    [100 * MiB, 8 * GiB, 'warn'],
    [4 * GiB, 256 * MiB, 'warn'],
  ])('%d bytes available of %d: %s', (available, limit, status) =>
    expect(judgeMemory(available, limit).status).toBe(status),
  );

  it.each([
    [['applied', 'applied'], 'ok'],
    [['applied', 'ahead'], 'ok'],
    [['applied', 'pending'], 'warn'],
    [['pending', 'newer'], 'fail'],
    [['edited', 'applied'], 'fail'],
  ] as const)('migrations that are %j: %s', (states, status) =>
    expect(judgeMigrations(states.map((state, at) => ({ module: 'kernel', number: at + 1, state }))).status).toBe(
      status,
    ),
  );

  it.each([
    [1e12, 'ok'],
    [1e12 - 20_000, 'ok'],
    [1e12 + 31_000, 'warn'],
    [1e12 - 3_600_000, 'warn'],
    [undefined, 'ok'],
  ])('a public address that says it is %d: %s', (date, status) =>
    expect(judgeAnswerTime({ date, now: 1e12 }, 'chat.example.org').status).toBe(status),
  );

  it('a public address is asked for its time, whatever it answers', async () => {
    const server = createServer((_, response) => response.writeHead(404, { Date: new Date(1e12).toUTCString() }).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    expect((await askTime(`http://127.0.0.1:${port}`)).date).toBe(1e12);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it.each([
    ['2027-01-01', undefined, 'ok'],
    ['2027-01-01', '2026-12-31', 'ok'],
    ['2027-01-01', '2027-01-02', 'warn'],
    ['1970-01-01', undefined, 'fail'],
  ])('the clock at %s with something from %s: %s', (now, newest, status) =>
    expect(judgeClock(Date.parse(now), newest === undefined ? undefined : Date.parse(newest)).status).toBe(status),
  );
});
