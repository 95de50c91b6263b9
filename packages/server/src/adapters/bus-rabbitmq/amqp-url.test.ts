import { describe, expect, it } from 'vitest';
import { checkedAmqpUrl } from './amqp-url.ts';

describe('an AMQP URL', () => {
  it.each([
    ['amqp://user:secret@localhost:5672/vhost', 'amqp://user:secret@localhost:5672/vhost?heartbeat=5'],
    ['amqps://user:secret@[::1]/%2F?heartbeat=30', 'amqps://user:secret@[::1]/%2F?heartbeat=30'],
  ])('%s is taken, with a heartbeat', (given, taken) => expect(checkedAmqpUrl(given)).toBe(taken));

  it.each([
    ['secret', 'no URL'],
    ['http://user:secret@localhost/', 'neither amqp:// nor amqps://'],
    ['amqp:///vhost-secret', 'no host'],
    ['amqp://user:secret@localhost//', '%2F'],
  ])('%s is refused with the reason, and not repeated', (given, reason) => {
    expect(() => checkedAmqpUrl(given)).toThrow(reason);
    expect(() => checkedAmqpUrl(given)).not.toThrow('secret');
  });
});
