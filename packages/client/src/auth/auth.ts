import type { OwnUser, Tokens } from '@messox/protocol';
import { MessoxError } from '../error.ts';
import type { Caller } from '../rest/call.ts';
import { type ClientStorage, readStored } from '../storage.ts';
import { exchange } from './exchange.ts';
import { isSavedTokens, type SavedTokens, savedTokens } from './saved-tokens.ts';

export interface AuthOptions {
  readonly caller: Caller;
  readonly storage: ClientStorage | undefined;
  readonly key: string;
  readonly tokens: SavedTokens | undefined;
  readonly onTokens: ((tokens: SavedTokens | undefined) => void | Promise<void>) | undefined;
  readonly refreshEarlyMs: number;
  /** The server has ended the session. */
  readonly onEnded: (error: MessoxError) => void;
  /** The tokens could not be kept. */
  readonly onProblem: (error: unknown) => void;
}

/** Who is logged in: keeps the tokens, and changes them for new ones in time. */
export class Auth {
  readonly #options: AuthOptions;
  #tokens: SavedTokens | undefined;
  #restored: Promise<void> | undefined;
  #refreshing: Promise<SavedTokens> | undefined;

  constructor(options: AuthOptions) {
    this.#options = options;
    this.#tokens = options.tokens;
  }

  get user(): OwnUser | undefined {
    return this.#tokens?.user;
  }

  /** Looks for the tokens of an earlier life, once. */
  restore(): Promise<void> {
    this.#restored ??= this.#stored().then(
      (stored) => {
        this.#tokens ??= stored;
      },
      (error: unknown) => {
        this.#restored = undefined;
        throw error;
      },
    );
    return this.#restored;
  }

  async adopt(tokens: Tokens): Promise<void> {
    const saved = savedTokens(tokens);
    await this.#keep(saved);
    this.#tokens = saved;
  }

  /** Drops the tokens; with `error` because the server says so. */
  async forget(error?: MessoxError): Promise<void> {
    if (!this.#tokens) return;
    this.#tokens = undefined;
    await this.#keep(undefined);
    if (error) this.#options.onEnded(error);
  }

  /** An access token that is good for a while. @throws MessoxError logged_out, or why it cannot be refreshed now */
  async fresh(): Promise<string> {
    await this.restore();
    if (!this.#tokens) throw new MessoxError('logged_out');
    const leftMs = Date.parse(this.#tokens.expiresAt) - Date.now();
    return leftMs > this.#options.refreshEarlyMs ? this.#tokens.accessToken : (await this.refresh()).accessToken;
  }

  /** Another access token than `refused`, which the server no longer takes. @throws MessoxError as `fresh` */
  async renew(refused: string): Promise<string> {
    if (this.#tokens && this.#tokens.accessToken !== refused) return this.#tokens.accessToken;
    return (await this.refresh()).accessToken;
  }

  /** Changes both tokens for new ones; whoever asks meanwhile gets the same. @throws MessoxError as `fresh` */
  refresh(): Promise<SavedTokens> {
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #refresh(): Promise<SavedTokens> {
    await this.restore();
    const before = this.#tokens;
    if (!before) throw new MessoxError('logged_out');
    // Another tab may have used this refresh token already; used once more it would end the session of both.
    const stored = await this.#stored();
    if (
      stored?.user.id === before.user.id &&
      stored.refreshToken !== before.refreshToken &&
      stored.expiresAt > before.expiresAt
    ) {
      this.#tokens = stored;
      if (Date.parse(stored.expiresAt) - Date.now() > this.#options.refreshEarlyMs) return stored;
    }
    const { refreshToken } = this.#tokens ?? before;
    const tokens = savedTokens(await this.#exchange(refreshToken));
    // Somebody logged in or out meanwhile.
    if (this.#tokens?.refreshToken !== refreshToken) throw new MessoxError('logged_out');
    await this.#keep(tokens);
    this.#tokens = tokens;
    return tokens;
  }

  async #exchange(refreshToken: string): Promise<Tokens> {
    try {
      return await exchange(this.#options.caller, refreshToken);
    } catch (error) {
      if (!(error instanceof MessoxError) || error.remedy === 'retry') throw error;
      if (this.#tokens?.refreshToken === refreshToken) await this.forget(error);
      throw new MessoxError('logged_out', { cause: error });
    }
  }

  async #stored(): Promise<SavedTokens | undefined> {
    const stored = await readStored(this.#options.storage, this.#options.key);
    return isSavedTokens(stored) ? stored : undefined;
  }

  /** The old pair is dead by now, whatever happens here: a failure is reported, and the new pair used. */
  async #keep(tokens: SavedTokens | undefined): Promise<void> {
    const { storage, key, onTokens, onProblem } = this.#options;
    try {
      await storage?.set(key, tokens && JSON.stringify(tokens));
    } catch (error) {
      onProblem(error);
    }
    try {
      await onTokens?.(tokens);
    } catch (error) {
      onProblem(error);
    }
  }
}
