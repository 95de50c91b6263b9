import { describe, expect, it, vi } from 'vitest';
import { readMemberships } from '../timeline/read.ts';
import { catchUp } from './catch-up.ts';
import { brunosSession } from './session.test.fixture.ts';

describe('somebody who joins a channel', () => {
  it('while a sync finds that they are not in it hears of it all the same', async () => {
    const { ana, bruno, makeGroup, options, session, sessions, told } = await brunosSession();
    const channelId = await makeGroup([]);
    await sessions.catchUp(session, { cursors: undefined });
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    let asked = false;
    // The answer that says that Bruno is not in the channel is under way while he is added.
    const memberships = async (userId: number) => {
      const result = await options.reads.memberships(userId);
      asked = true;
      await answered;
      return result;
    };
    const request = { cursors: new Map([[channelId, 1]]), only: new Set([channelId]) };
    const sync = session.inTurn(() =>
      catchUp(session, request, { ...options, reads: { ...options.reads, memberships } }),
    );
    await vi.waitFor(() => expect(asked).toBe(true));
    await ana.call('POST', `/api/v1/channels/${channelId}/members`, { userIds: [bruno.id] });
    await vi.waitFor(() => expect(told.some((it) => it.endsWith('channel.joined'))).toBe(true));
    answer();
    await sync;
    await vi.waitFor(() => expect(told.slice(-2)).toEqual([`added ${channelId}`, `reset ${channelId}`]));
    await ana.call('POST', `/api/v1/channels/${channelId}/messages`, { clientId: crypto.randomUUID(), text: 'Oi' });
    await vi.waitFor(() => expect(told.at(-1)).toMatch(new RegExp(`^${channelId}/\\d+ message$`)));
  });
});

describe('somebody who was taken out of a channel', () => {
  it('is handed nothing that followed, however far behind the client was', async () => {
    const { ana, bruno, deaf, makeGroup, session, sessions, sql, told, wire } = await brunosSession();
    const channelId = await makeGroup([bruno.id]);
    const [self] = ((await readMemberships(sql, [bruno.id]))[0] ?? []).filter(({ kind }) => kind === 'self');
    // The bus loses what says in the own channel that Bruno is out.
    deaf.add(self?.channelId ?? 0);
    await ana.call('POST', `/api/v1/channels/${channelId}/messages`, { clientId: crypto.randomUUID(), text: 'Oi' });
    wire.reads = false;
    told.push('something that was not read yet');
    const done = sessions.catchUp(session, { cursors: new Map([[channelId, 1]]) });
    await vi.waitFor(() => expect(session.seat(channelId)?.feed?.lastSeq).toBeGreaterThan(0));
    await ana.call('DELETE', `/api/v1/channels/${channelId}/members/${bruno.id}`);
    const socket = await ana.socket();
    await socket.hello({ token: ana.accessToken });
    // More than a seat holds back, so that it is read from the database.
    for (let round = 0; round < 12; round += 1)
      await Promise.all(Array.from({ length: 100 }, (_, index) => socket.send(channelId, `${round} ${index}`)));
    await vi.waitFor(() => expect(session.seat(channelId)?.feed?.lastSeq).toBeGreaterThan(1_200));
    wire.read();
    await done;
    const ofChannel = told.filter((it) => it.startsWith(`${channelId}/`));
    expect(ofChannel.at(-1)).toContain('member.left');
    expect(told).toContain(`removed ${channelId}`);
    expect(session.seat(channelId)).toBeUndefined();
    await socket.close();
  });
});

describe('somebody who was taken out and is back', () => {
  it('is handed both in a sync from before, and stays in the channel', async () => {
    const { ana, bruno, makeGroup, session, sessions, told } = await brunosSession();
    const channelId = await makeGroup([bruno.id]);
    await ana.call('DELETE', `/api/v1/channels/${channelId}/members/${bruno.id}`);
    await ana.call('POST', `/api/v1/channels/${channelId}/members`, { userIds: [bruno.id] });
    await sessions.catchUp(session, { cursors: undefined });
    told.length = 0;
    await sessions.catchUp(session, { cursors: new Map([[channelId, 1]]), only: new Set([channelId]) });
    expect(told.map((it) => it.split(' ')[1])).toEqual(['member.joined', 'member.left', 'member.joined']);
    expect(session.seat(channelId)?.holds).toBe(false);
  });
});
