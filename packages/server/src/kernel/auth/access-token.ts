import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

/** Who a request or socket speaks for. */
export interface Identity {
  readonly userId: number;
  readonly sessionId: string;
  /** When the session reaches its greatest age (Unix ms); no refresh prolongs it. */
  readonly sessionEndsAt: number;
}

const version = 'v1';
const lastingVersion = 'v1l';

/**
 * Access tokens are checked without asking the database: `v1.<user>.<session>.<session's end>.<expiry>.<HMAC-SHA256>`,
 * numbers in base 36. A session that is ended earlier is in the list of revocations until its tokens have expired.
 *
 * One that begins with `v1l` is lasting: it expires like any other, but who asks the database whether the session still
 * lives may take it for as long as that.
 */
export const accessTokens = (key: string) => {
  const secret = createSecretKey(key, 'utf8');
  const sign = (content: string): Buffer =>
    Buffer.from(createHmac('sha256', secret).update(content).digest('base64url'));
  const read = (token: string) => {
    const end = token.lastIndexOf('.');
    if (end < 0 || token.length > 300) return undefined;
    const content = token.slice(0, end);
    // As text: decoding would let several spellings of a signature pass.
    const given = Buffer.from(token.slice(end + 1));
    const genuine = sign(content);
    if (given.length !== genuine.length || !timingSafeEqual(given, genuine)) return undefined;
    const [itsVersion, user, sessionId, sessionEnd, expiry] = content.split('.');
    if (itsVersion !== version && itsVersion !== lastingVersion) return undefined;
    if (!user || !sessionId || !sessionEnd || !expiry) return undefined;
    const identity: Identity = { userId: parseInt(user, 36), sessionId, sessionEndsAt: parseInt(sessionEnd, 36) };
    return { identity, expiresAt: parseInt(expiry, 36), lasting: itsVersion === lastingVersion };
  };
  return {
    issue: ({ userId, sessionId, sessionEndsAt }: Identity, expiresAt: number, lasting = false): string => {
      const numbers = [sessionEndsAt, expiresAt].map((it) => it.toString(36));
      const content = [lasting ? lastingVersion : version, userId.toString(36), sessionId, ...numbers].join('.');
      return `${content}.${sign(content).toString()}`;
    },
    /** The identity of a token that is genuine and has not expired. */
    verify: (token: string, now = Date.now()): Identity | undefined => {
      const known = read(token);
      return known && Math.min(known.expiresAt, known.identity.sessionEndsAt) > now ? known.identity : undefined;
    },
    /** The identity of a lasting token that is genuine, expired or not. */
    readLasting: (token: string): Identity | undefined => {
      const known = read(token);
      return known?.lasting ? known.identity : undefined;
    },
  };
};
