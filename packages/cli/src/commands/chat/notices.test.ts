import type { Client, StatusChange } from '@messox/client';
import { expect, it } from 'vitest';
import { tellStatus } from './notices.ts';

const watched = () => {
  let now: StatusChange = { status: 'live' };
  let tell = (_: StatusChange): void => undefined;
  const connects: string[] = [];
  const client = {
    get status() {
      return now.status;
    },
    on: (_: string, handler: (change: StatusChange) => void) => {
      tell = handler;
      return () => undefined;
    },
    connect: () => {
      connects.push(now.status);
      return Promise.resolve();
    },
  } as unknown as Client;
  const said: string[] = [];
  const notices = tellStatus(client, (text) => said.push(text));
  const becomes = (change: StatusChange): void => {
    now = change;
    tell(change);
  };
  return { notices, said, connects, becomes };
};

const lost = { status: 'offline', retryInMs: 2_000 } as const;

it('tells what becomes of a try that its reader asked for, and of no other', () => {
  const { notices, said, connects, becomes } = watched();
  becomes(lost);
  becomes({ status: 'connecting' });
  becomes(lost);
  expect(said).toHaveLength(1);
  notices.hurry();
  expect(connects).toEqual(['offline']);
  becomes({ status: 'connecting' });
  becomes(lost);
  expect(said.slice(1)).toEqual(['There is no answer yet; trying again in 2 s, or when you press Enter.']);
});

it('answers who presses Enter while a try is under way', () => {
  const { notices, said, connects, becomes } = watched();
  becomes(lost);
  becomes({ status: 'connecting' });
  notices.hurry();
  expect(connects).toEqual([]);
  becomes(lost);
  expect(said.slice(1)).toEqual(['There is no answer yet; trying again in 2 s, or when you press Enter.']);
  becomes({ status: 'connecting' });
  becomes({ status: 'live' });
  notices.hurry();
  becomes(lost);
  expect(said.slice(2)).toEqual(['The connection is back.', expect.stringContaining('The connection is lost')]);
});
