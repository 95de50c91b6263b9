import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestRabbitmq, type TestRabbitmq } from './rabbitmq.ts';
import { rabbitmqMissing } from './rabbitmq-programs.ts';
import { testVhost } from './vhost.ts';

beforeEach(({ skip }) => {
  const missing = rabbitmqMissing();
  skip(missing !== undefined, missing);
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a RabbitMQ of its own', () => {
  let broker: TestRabbitmq | undefined;
  afterAll(() => broker?.stop());

  it('starts, is asked, is killed, keeps its folder, starts again and ends', async () => {
    broker = await startTestRabbitmq();
    const first = broker.pid();
    await broker.ctl('add_vhost', 'kept');
    await broker.kill();
    expect(isAlive(first)).toBe(false);
    await broker.start();
    expect(await broker.ctl('list_vhosts')).toContain('kept');
    const second = broker.pid();
    await broker.stop();
    expect(isAlive(second)).toBe(false);
  }, 120_000);
});

describe('a vhost of the shared RabbitMQ', () => {
  it('is there, is asked and is removed', async () => {
    const [one, two] = await Promise.all([testVhost(), testVhost()]);
    expect(one.url).not.toBe(two.url);
    expect(await one.ctl('list_permissions')).toContain(one.address.user);
    await one.drop();
    await expect(one.ctl('list_permissions')).rejects.toThrow();
    await two.drop();
  }, 120_000);
});
