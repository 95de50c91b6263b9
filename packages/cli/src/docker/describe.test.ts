import { expect, it } from 'vitest';
import { describeStack } from './describe.ts';

it('reads limits as compose prints them, which leaves out what is 0', async () => {
  const ulimits = { core: {}, memlock: -1, nofile: { soft: 1024, hard: 30_000 }, nproc: { soft: 0 } };
  const run = () => Promise.resolve(JSON.stringify({ services: { gateway: { ulimits } } }));
  const { services } = await describeStack({ dir: '/srv/chat', project: 'chat', run });
  expect(services.gateway?.ulimits).toEqual({
    core: { hard: 0 },
    memlock: -1,
    nofile: { hard: 30_000 },
    nproc: { hard: 0 },
  });
});
