import type { Channel } from '@messox/protocol';
import fc from 'fast-check';
import { expect } from 'vitest';
import { newChannel } from '../channel.ts';
import { limits } from '../world.ts';
import { command, expectDone, pickChannel, pickFrom, pickOwned } from './command.ts';

const pick = fc.nat(10_000);
const name = fc.constantFrom('Horta', 'Família 👪', 'x');

const openDirect = fc.record({ by: pick, other: pick }).map((input) =>
  command('OpenDirect', input, async (world, real) => {
    const person = real.person(input.by);
    const other = pickFrom(
      real.people.filter(({ id }) => id !== person.id),
      input.other,
    );
    const existing = world.directOf(person.id, other.id);
    const answer = await real.call(person, 'POST', '/channels', { kind: 'direct', userId: other.id });
    if (!existing && world.isBlocked(person.id, other.id)) {
      expect(answer).toEqual({ fault: 'forbidden' });
      return;
    }
    const { id } = answer as Channel;
    if (existing) expect(id).toBe(existing.id);
    else world.addChannel(newChannel(id, 'direct'), person.id, [person.id, other.id]);
  }),
);

const createGroup = fc.record({ by: pick, name, others: fc.uniqueArray(fc.nat(10), { maxLength: 3 }) }).map((input) =>
  command('CreateGroup', input, async (world, real) => {
    const person = real.person(input.by);
    const ids = [...new Set(input.others.map((other) => real.person(other).id))].filter((id) => id !== person.id);
    // In the order of their ids: who joined at the same moment inherits a group in that order.
    ids.sort((a, b) => a - b);
    const answer = await real.call(person, 'POST', '/channels', { kind: 'group', name: input.name, memberIds: ids });
    if (ids.length + 1 > limits.groupMembers) {
      expect(answer).toEqual({ fault: 'group_full' });
      return;
    }
    if (ids.some((id) => world.isBlocked(person.id, id))) {
      expect(answer).toEqual({ fault: 'forbidden' });
      return;
    }
    const { id } = answer as Channel;
    world.addChannel(newChannel(id, 'group', input.name), person.id, [person.id, ...ids]);
  }),
);

const join = fc.record({ by: pick, channel: pick, user: pick }).map((input) =>
  command('Join', input, async (world, real) => {
    const person = real.person(input.by);
    const channel = pickOwned(world, person, input.channel);
    const { id: userId } = real.person(input.user);
    const answer = await real.call(person, 'POST', `/channels/${channel.id}/members`, { userIds: [userId] });
    expectDone(answer, world.addMember(person.id, channel.id, userId));
  }),
);

const leave = fc.record({ by: pick, channel: pick }).map((input) =>
  command('Leave', input, async (world, real) => {
    const person = real.person(input.by);
    const channel = pickChannel(world, person, input.channel);
    const answer = await real.call(person, 'DELETE', `/channels/${channel.id}/members/${person.id}`);
    expectDone(answer, world.removeMember(person.id, channel.id, person.id));
  }),
);

const kick = fc.record({ by: pick, channel: pick, user: pick }).map((input) =>
  command('Kick', input, async (world, real) => {
    const person = real.person(input.by);
    const channel = pickOwned(world, person, input.channel);
    const { id: userId } = pickFrom(
      real.people.filter(({ id }) => id !== person.id),
      input.user,
    );
    const answer = await real.call(person, 'DELETE', `/channels/${channel.id}/members/${userId}`);
    expectDone(answer, world.removeMember(person.id, channel.id, userId));
  }),
);

const rename = fc.record({ by: pick, channel: pick, name }).map((input) =>
  command('Rename', input, async (world, real) => {
    const person = real.person(input.by);
    const channel = pickOwned(world, person, input.channel);
    const answer = await real.call(person, 'PATCH', `/channels/${channel.id}`, { name: input.name });
    expectDone(answer, world.rename(person.id, channel.id, input.name));
  }),
);

const change = fc.record(
  {
    displayName: fc.constantFrom('', 'Ana Lúcia', 'ب'),
    bio: fc.constantFrom('', 'aqui 🌻'),
    presence: fc.constantFrom('everyone', 'contacts', 'nobody'),
  },
  { requiredKeys: [] },
);

const updateProfile = fc.record({ by: pick, change }).map((input) =>
  command('UpdateProfile', input, async (world, real) => {
    const person = real.person(input.by);
    world.updateProfile(person.id, input.change);
    const { bio, displayName, presence } = world.account(person.id);
    expect(await real.call(person, 'PATCH', '/users/me', input.change)).toMatchObject({ bio, displayName, presence });
  }),
);

export const channelCommands = { openDirect, createGroup, join, leave, kick, rename, updateProfile };
