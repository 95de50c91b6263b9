import { hash, verify } from '@node-rs/argon2';
import { byteLength, codePointLength, type Limits } from '@messox/protocol';
import { Fault } from '../../kernel/module.ts';

/** argon2id (the library's 2) as OWASP recommends it: 19 MiB, two passes, one lane. */
const cost = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes under way at once: each keeps a core busy for some 20 ms, off the event loop. */
const parallel = 2;

export type Passwords = ReturnType<typeof createPasswords>;

/** @throws Fault `invalid_request` for a password that is too short or too long to be set */
export const checkPassword = (password: string, limits: Limits): void => {
  const { passwordBytes, passwordMinCodePoints } = limits;
  const problem =
    codePointLength(password) < passwordMinCodePoints
      ? `Too short: fewer than ${passwordMinCodePoints} characters.`
      : byteLength(password) > passwordBytes
        ? `Too long: more than ${passwordBytes} bytes.`
        : undefined;
  if (problem) throw new Fault('invalid_request', { fields: [{ path: 'password', problem }] });
};

export const hashPassword = (password: string): Promise<string> => hash(password, cost);

/** Hashing with a bounded queue: when it is full, one more is refused at once rather than all being slow. */
export const createPasswords = (queue: number) => {
  const waiting: (() => void)[] = [];
  let running = 0;
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= parallel) {
      if (waiting.length >= queue) throw new Fault('overloaded', { retryAfterMs: 2_000 });
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
  // Compared against where there is no such user, so that the answer takes as long.
  const nobody = hashPassword('nobody has this password');
  return {
    hash: (password: string): Promise<string> => inTurn(() => hashPassword(password)),
    /** Whether it is the password of this hash; without a hash it takes as long and says no. */
    matches: (stored: string | undefined, password: string): Promise<boolean> =>
      inTurn(async () => {
        const right = await verify(stored ?? (await nobody), password);
        return stored !== undefined && right;
      }),
  };
};
