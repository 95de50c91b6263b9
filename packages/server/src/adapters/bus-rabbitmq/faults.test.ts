import { setImmediate } from 'node:timers/promises';
import { connect } from 'amqplib';
import { describe, expect, it, vi } from 'vitest';
import { capturedLog } from '../../testing/captured-log.ts';
import { exchange } from './topology.ts';
import { brokerProxy, entry, message, testBus, testLimits, useBuses, useVhost } from './test-bus.test.fixture.ts';

const vhost = useVhost();
const { join, undo } = useBuses();

/** A connection beside the buses, for looking on and for mischief. */
const stranger = async () => {
  const model = await connect(vhost().url);
  undo.push(() => model.close());
  return model.createChannel();
};

describe('the queue of a process', () => {
  it('is its own, bounded, and bound while somebody is interested', async () => {
    const { bus } = await join(vhost().url);
    await Promise.all([bus.subscribe(1), bus.subscribe(2), bus.subscribe(3)]);
    const queues = await vhost().ctl('list_queues', 'exclusive', 'durable', 'arguments');
    expect(queues).toMatch(/^true\tfalse\t.*"x-max-length",\s*10000/m);
    expect(queues).toContain('drop-head');
    const keys = async (): Promise<string[]> => {
      const listed = await vhost().ctl('list_bindings', 'source_name', 'routing_key');
      return listed.split('\n').flatMap((line) => (line.startsWith(exchange) ? [line.split('\t')[1] ?? ''] : []));
    };
    expect((await keys()).sort()).toEqual(['1', '2', '3']);
    bus.unsubscribe(1);
    bus.unsubscribe(2);
    await bus.subscribe(4);
    await vi.waitFor(async () => expect((await keys()).sort()).toEqual(['3', '4']), 10_000);
  });

  it('may be deleted under it', async () => {
    const [one, two] = [await join(vhost().url), await join(vhost().url)];
    await one.bus.subscribe(1);
    await two.bus.subscribe(2);
    one.gaps.length = 0;
    const listed = await vhost().ctl('list_queues', 'name');
    for (const name of listed.split('\n').filter((line) => line.startsWith('amq.gen')))
      await vhost().ctl('delete_queue', name);
    await one.gapOf(1);
    two.bus.publish(1, message(1, 1));
    await vi.waitFor(() => expect(one.got).toEqual([message(1, 1)]));
    expect(one.bus.counts().reconnects).toBe(1);
  });

  it('does not grow while the process stands still, and what it lost is noticed', async () => {
    const proxy = await brokerProxy(vhost());
    undo.push(() => proxy.close());
    const limits = { ...testLimits, gatewayQueue: 100 };
    // So long that the broker does not give the process up meanwhile.
    const stopped = await join(`${proxy.url}?heartbeat=600`, { limits });
    const sender = await join(vhost().url);
    await stopped.bus.subscribe(1);
    sender.bus.publish(1, message(1, 1));
    await vi.waitFor(() => expect(stopped.got).toHaveLength(1));
    stopped.gaps.length = 0;
    proxy.freeze();
    // More than the broker's and the system's own buffers on the way hold.
    const text = 'x'.repeat(20_000);
    for (let seq = 2; seq <= 2_000; seq += 1) {
      sender.bus.publish(1, message(1, seq, text));
      await setImmediate();
    }
    await vi.waitFor(() => expect(sender.bus.counts().unconfirmed).toBe(0), 10_000);
    // The broker counts anew every few seconds.
    const longest = async (): Promise<number> =>
      Math.max(...(await vhost().ctl('list_queues', 'messages')).split('\n').map(Number).filter(Number.isFinite));
    await expect.poll(longest, { timeout: 20_000 }).toBe(100);
    proxy.thaw();
    await stopped.gapOf(1);
    expect(stopped.gaps[0]?.has(1)).toBe(true);
    await vi.waitFor(() => expect(stopped.got.at(-1)).toEqual(message(1, 2_000, text)), 10_000);
  });
});

describe('what is published', () => {
  it('in one turn goes in few messages, a copy of each to a queue', async () => {
    const channel = await stranger();
    await channel.assertExchange(exchange, 'direct', { durable: true });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await Promise.all(Array.from({ length: 256 }, (_, shard) => channel.bindQueue(queue, exchange, String(shard))));
    const contents: Buffer[] = [];
    await channel.consume(queue, (it) => it && contents.push(it.content), { noAck: true });
    const { bus } = await join(vhost().url);
    for (let shard = 0; shard < 256; shard += 1) bus.publish(shard, message(shard, 1, `{"of":"${shard}"}`));
    await vi.waitFor(() => expect(Buffer.concat(contents).includes('{"of":"255"}')).toBe(true));
    expect(contents).toHaveLength(2);
  });

  it('is dropped when the broker is slower, is handed over at home, and others learn of it', async () => {
    const proxy = await brokerProxy(vhost());
    undo.push(() => proxy.close());
    const limits = { ...testLimits, busBytes: 50_000 };
    const [sender, other] = [await join(`${proxy.url}?heartbeat=600`, { limits }), await join(vhost().url)];
    await Promise.all([sender.bus.subscribe(1), other.bus.subscribe(1), other.bus.subscribe(2)]);
    other.gaps.length = 0;
    proxy.freeze();
    const text = 'x'.repeat(1_000);
    for (let seq = 1; seq <= 100; seq += 1) sender.bus.publish(1, message(1, seq, text));
    const { dropped, unconfirmed } = sender.bus.counts();
    expect(dropped + unconfirmed).toBe(100);
    expect(unconfirmed).toBeLessThan(50);
    expect(sender.got).toHaveLength(dropped);
    expect(other.gaps).toEqual([]);
    proxy.thaw();
    await other.gapOf(1);
    expect(other.gaps).toEqual([new Set([1])]);
    await vi.waitFor(() => expect(sender.bus.counts()).toMatchObject({ confirmed: unconfirmed, unconfirmed: 0 }));
  });

  it('and not confirmed when the connection was lost is not known to have arrived: others look', async () => {
    const proxy = await brokerProxy(vhost());
    undo.push(() => proxy.close());
    const [sender, other] = [await join(proxy.url), await join(vhost().url)];
    await other.bus.subscribe(1);
    other.gaps.length = 0;
    proxy.freeze();
    sender.bus.publish(1, message(1, 1));
    // The turn in which it goes out.
    await setImmediate();
    await setImmediate();
    expect(sender.bus.counts()).toMatchObject({ unconfirmed: 1, dropped: 0 });
    await proxy.cut();
    await vi.waitFor(() => expect(sender.bus.counts()).toMatchObject({ unconfirmed: 0, dropped: 1 }));
    proxy.thaw();
    await proxy.restore();
    await other.gapOf(1);
    expect(other.gaps).toEqual([new Set([1])]);
  });

  it('is sent before a bus is closed', async () => {
    const [one, two] = [await testBus(vhost().url), await join(vhost().url)];
    await two.bus.subscribe(1);
    for (let seq = 1; seq <= 50; seq += 1) one.publish(1, message(1, seq));
    await one.close();
    expect(one.counts()).toMatchObject({ confirmed: 50, dropped: 0 });
    await vi.waitFor(() => expect(two.got).toHaveLength(50));
  });
});

describe('a bus', () => {
  it('comes back when an operator closes its connections', async () => {
    const [one, two] = [await join(vhost().url), await join(vhost().url)];
    await one.bus.subscribe(1);
    one.gaps.length = 0;
    await vhost().ctl('close_all_connections', 'for a test');
    await one.gapOf(1);
    await vi.waitFor(() => expect(two.bus.ready()).toBe(true), 10_000);
    two.bus.publish(1, message(1, 1));
    await vi.waitFor(() => expect(one.got).toEqual([message(1, 1)]));
  });

  it('drops what is none of ours, says so, and goes on', async () => {
    const { log, lines } = capturedLog();
    const one = await join(vhost().url, { log });
    await one.bus.subscribe(1);
    const channel = await stranger();
    for (const garbage of ['', '{"entries":[]}', 'mx\x01', `mx\x01${'\0'.repeat(40)}`])
      channel.publish(exchange, '1', Buffer.from(garbage));
    one.bus.publish(1, message(1, 1));
    await vi.waitFor(() => expect(one.got).toEqual([message(1, 1)]));
    expect(
      lines().filter(({ level, msg }) => level === 'warn' && String(msg).includes('no message of ours')),
    ).toHaveLength(1);
  });

  it('subscribes in time while its shards come and go', async () => {
    const [one, two] = [await join(vhost().url), await join(vhost().url)];
    for (let round = 1; round <= 50; round += 1) {
      await one.bus.subscribe(round % 3);
      two.bus.publish(round % 3, { entries: [entry(round % 3, round)] });
      await vi.waitFor(() => expect(one.got.at(-1)).toEqual(message(round % 3, round)));
      one.bus.unsubscribe(round % 3);
    }
    expect(one.got).toHaveLength(50);
  });

  it('is not started with a password or vhost that the broker refuses, and repeats no password', async () => {
    const { log, text } = capturedLog();
    const wrong = new URL(vhost().url);
    wrong.password = 'secret-of-nobody';
    await expect(testBus(wrong.href, { log })).rejects.toThrow('password');
    const elsewhere = new URL(vhost().url);
    elsewhere.pathname = '/not-there';
    await expect(testBus(elsewhere.href, { log })).rejects.toThrow('vhost');
    expect(text()).not.toBe('');
    for (const { password } of [wrong, elsewhere]) expect(text()).not.toContain(password);
  });

  it('starts while the broker is away, and is ready when it is there', async () => {
    const { log, text } = capturedLog();
    const proxy = await brokerProxy(vhost());
    await proxy.cut();
    undo.push(() => proxy.close());
    const one = await join(proxy.url, { log });
    expect(one.bus.ready()).toBe(false);
    await one.bus.subscribe(1);
    await proxy.restore();
    await vi.waitFor(() => expect(one.bus.ready()).toBe(true), 20_000);
    await one.gapOf(1);
    expect(text()).not.toContain(vhost().address.password);
  });
});
