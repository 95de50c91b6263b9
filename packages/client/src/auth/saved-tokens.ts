import type { Tokens } from '@messox/protocol';

/** Who is logged in, and by what. Secret: whoever has it is this user. */
export interface SavedTokens extends Omit<Tokens, 'expiresInMs'> {
  /** When the access token ends, by this machine's clock (RFC 3339). */
  readonly expiresAt: string;
}

export const savedTokens = ({ expiresInMs, ...tokens }: Tokens): SavedTokens => ({
  ...tokens,
  expiresAt: new Date(Date.now() + expiresInMs).toISOString(),
});

export const isSavedTokens = (value: unknown): value is SavedTokens => {
  const { user, accessToken, refreshToken, expiresAt } = (value ?? {}) as Partial<Record<keyof SavedTokens, unknown>>;
  return (
    typeof (user as { id?: unknown } | undefined)?.id === 'number' &&
    typeof accessToken === 'string' &&
    typeof refreshToken === 'string' &&
    typeof expiresAt === 'string'
  );
};
