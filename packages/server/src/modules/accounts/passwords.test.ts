import { verify } from '@node-rs/argon2';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createPasswords, hashPassword } from './passwords.ts';

vi.mock('@node-rs/argon2', async (original) => {
  const actual = await original<{ verify: typeof verify }>();
  return { ...actual, verify: vi.fn(actual.verify) };
});

const verified = vi.mocked(verify);
beforeEach(() => void verified.mockClear());

describe('a password that is checked', () => {
  it('is right or wrong', async () => {
    const passwords = createPasswords(10);
    const stored = await passwords.hash('correct horse');
    expect(await passwords.matches(stored, 'correct horse')).toBe(true);
    expect(await passwords.matches(stored, 'Correct horse')).toBe(false);
  });

  it('costs the same work where there is no such user, and is never right', async () => {
    const passwords = createPasswords(10);
    expect(await passwords.matches(undefined, 'nobody has this password')).toBe(false);
    expect(verified).toHaveBeenCalledOnce();
    const [compared] = verified.mock.calls[0] ?? [];
    const parameters = (hash: unknown): string => String(hash).split('$').slice(0, 4).join('$');
    expect(parameters(compared)).toBe(parameters(await hashPassword('x')));
    expect(parameters(compared)).toBe('$argon2id$v=19$m=19456,t=2,p=1');
  });
});

describe('the queue of passwords', () => {
  const held = (): { release: () => void } => {
    let release: () => void = () => undefined;
    const until = new Promise<void>((resolve) => (release = resolve));
    verified.mockImplementation(async () => {
      await until;
      return true;
    });
    return { release };
  };

  it('works on two at once, lets so many wait, and refuses one more', async () => {
    const passwords = createPasswords(3);
    const { release } = held();
    const waiting = Array.from({ length: 5 }, () => passwords.matches('x', 'y'));
    await expect(passwords.matches('x', 'y')).rejects.toMatchObject({
      code: 'overloaded',
      details: { retryAfterMs: 2_000 },
    });
    expect(verified).toHaveBeenCalledTimes(2);
    release();
    expect(await Promise.all(waiting)).toEqual([true, true, true, true, true]);
    expect(await passwords.matches('x', 'y')).toBe(true);
  });

  it('goes on after one that failed', async () => {
    const passwords = createPasswords(0);
    verified.mockRejectedValueOnce(new Error('no memory'));
    await expect(passwords.matches('x', 'y')).rejects.toThrow('no memory');
    verified.mockResolvedValue(true);
    expect(await Promise.all([passwords.matches('x', 'y'), passwords.matches('x', 'y')])).toEqual([true, true]);
  });
});
