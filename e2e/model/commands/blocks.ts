import fc from 'fast-check';
import { command, expectDone, pickFrom } from './command.ts';

const pick = fc.nat(10_000);

/** Mostly of somebody else, sometimes of oneself. */
const block = fc.record({ by: pick, user: pick }).map((input) =>
  command('Block', input, async (world, real) => {
    const person = real.person(input.by);
    const { id } = real.person(input.user);
    const answer = await real.call(person, 'PUT', `/blocks/${id}`);
    expectDone(answer, world.setBlock(person.id, id, true));
  }),
);

/** Mostly of somebody who is blocked, so that there are never many who say nothing. */
const unblock = fc.record({ by: pick, user: pick }).map((input) =>
  command('Unblock', input, async (world, real) => {
    const blockers = real.people.filter(({ id }) => world.blockedBy(id).length > 0);
    const isAimed = input.user % 8 > 0 && blockers.length > 0;
    const person = isAimed ? pickFrom(blockers, input.by) : real.person(input.by);
    const otherId = isAimed ? pickFrom(world.blockedBy(person.id), input.user >> 3) : real.person(input.user).id;
    const answer = await real.call(person, 'DELETE', `/blocks/${otherId}`);
    expectDone(answer, world.setBlock(person.id, otherId, false));
  }),
);

export const blockCommands = { block, unblock };
