import { createHmac, timingSafeEqual } from 'node:crypto';

export interface RefreshToken {
  readonly sessionId: string;
  readonly generation: number;
}

/**
 * A refresh token is `r1.<session>.<generation>.<HMAC-SHA256>`: 256 bits that nobody can make without the server's key.
 * The database holds the generation alone, so that a copy of it holds no token, and a lost answer can be given again
 * with the very same successor.
 */
export const refreshTokens = (key: string) => {
  const sign = ({ generation, sessionId }: RefreshToken): Buffer =>
    Buffer.from(createHmac('sha256', key).update(`refresh ${sessionId} ${generation}`).digest('base64url'));
  return {
    make: (token: RefreshToken): string => `r1.${token.sessionId}.${token.generation}.${sign(token).toString()}`,
    read: (text: string): RefreshToken | undefined => {
      const [, sessionId, generation, mac] = /^r1\.([\w-]{1,64})\.([1-9]\d{0,8})\.([\w-]{43})$/.exec(text) ?? [];
      if (sessionId === undefined || generation === undefined || mac === undefined) return undefined;
      const token = { sessionId, generation: Number(generation) };
      // As text: decoding would let several spellings of a signature pass.
      return timingSafeEqual(sign(token), Buffer.from(mac)) ? token : undefined;
    },
  };
};
