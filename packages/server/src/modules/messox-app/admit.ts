import type { IncomingMessage } from 'node:http';
import { Fault, type Host, type Identity, type SocketService } from '../../kernel/module.ts';

export interface AdmitOptions {
  readonly tokens: Host['tokens'];
  readonly log: Host['log'];
  /** @throws Fault account_disabled */
  readonly resumeSession: (identity: Identity) => Promise<boolean>;
}

/**
 * Judges an upgrade to `/server/ws`. The app keeps the token of its login and cannot refresh it, so what counts is
 * whether the session still lives, and that is asked of the database. An access token of `/api/v1` will do while it lives.
 */
export const createAdmit =
  ({ log, resumeSession, tokens }: AdmitOptions): SocketService['admit'] =>
  (request: IncomingMessage) => {
    const bearer = /^Bearer(?: +(\S*))?$/i.exec(request.headers.authorization ?? '');
    if (!bearer) return 'invalid_header';
    const token = bearer[1] ?? '';
    const identity = tokens.readLasting(token);
    if (!identity) return tokens.verify(token) ?? 'unauthenticated';
    if (identity.sessionEndsAt <= Date.now()) return 'unauthenticated';
    return resumeSession(identity).then(
      (alive) => (alive ? identity : 'unauthenticated'),
      (error: unknown) => {
        if (error instanceof Fault) return error.code;
        log.warn({ err: error, userId: identity.userId }, 'a session of messox-app could not be looked up');
        return 'unavailable';
      },
    );
  };
