import { describe, expect, it } from 'vitest';
import { ChannelSeat } from './channel-seat.ts';
import { type Entry, Feed } from './feed.ts';

const entry = (seq: number): Entry => ({ channelId: 1, seq, kind: 'message', json: '{}' });

const sit = (feed: Feed) => {
  const handed: number[] = [];
  const seat = new ChannelSeat({ hand: ({ seq }) => handed.push(seq), signal: () => undefined }, 1);
  seat.feed = feed;
  feed.seats.add(seat);
  return { seat, handed };
};

describe('going live', () => {
  it('hands over what was held back after the head that was read, and what follows', () => {
    const feed = new Feed(1, Promise.resolve(), () => undefined);
    feed.start(10);
    const { handed, seat } = sit(feed);
    for (const seq of [11, 12, 13]) feed.receive(entry(seq));
    expect(seat.goLive(11)).toBeUndefined();
    feed.receive(entry(14));
    expect(handed).toEqual([12, 13, 14]);
  });

  it('reads first what came before the feed began, where another session read a later head', () => {
    const feed = new Feed(1, Promise.resolve(), () => undefined);
    const { handed, seat } = sit(feed);
    for (const seq of [11, 12]) feed.receive(entry(seq));
    feed.start(12);
    feed.receive(entry(13));
    expect(seat.goLive(10)).toEqual({ after: 10, upTo: 13 });
    feed.receive(entry(14));
    expect(seat.goLive(13)).toBeUndefined();
    expect(handed).toEqual([14]);
  });

  it('reads first what was more than a seat remembers', () => {
    const feed = new Feed(1, Promise.resolve(), () => undefined);
    feed.start(0);
    const { handed, seat } = sit(feed);
    for (let seq = 1; seq <= 1_500; seq += 1) feed.receive(entry(seq));
    expect(seat.goLive(0)).toEqual({ after: 0, upTo: 1_500 });
    expect(seat.goLive(1_500)).toBeUndefined();
    expect(handed).toEqual([]);
  });
});
