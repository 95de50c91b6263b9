import { rest } from '@messox/protocol';
import { answer, defineModule, Fault, gather } from '../../kernel/module.ts';
import { createCredentials } from './credentials.ts';
import { createPasswords } from './passwords.ts';
import { readProfile, sharingChanged, updateProfile } from './profile.ts';
import { createSessions, forgetSessions } from './sessions.ts';
import { settings } from './settings.ts';
import { findUser, findUsers, ownUserOf, searchUsers } from './users.ts';

export {
  type AccountSummary,
  checkKnownName,
  checkNewName,
  createUser,
  createVerifyUser,
  listUsers,
  setAdmin,
  setDisabled,
  setPassword,
} from './admin.ts';
export { sharingChanged } from './profile.ts';
export type { LoginRefusal } from './credentials.ts';
export { verifyPrefix } from './reserved-names.ts';
export { endSessionsWithin } from './sessions.ts';

/** Who people are: registration, login, sessions and the own profile. */
export const accounts = defineModule({
  name: 'accounts',
  settings,
  migrations: new URL('./migrations/', import.meta.url),
  setup: (host) => {
    const { limits, sql } = host;
    const passwords = createPasswords(limits.passwordQueue);
    const sessions = createSessions(host, host.tokens.deriveKey('refresh tokens'));
    const { registration } = host.settings;
    const credentials = createCredentials({ sql, limits, passwords, sessions, registration });

    // Asked by each session that says hello, and many may do so together.
    const find = gather((userIds: readonly number[]) => findUsers(sql, userIds), {
      parallel: 1,
      weight: 200,
      spacingMs: 5,
    });
    host.describe('user', async (userId) => {
      const row = await find(userId);
      return row && !row.disabled_at ? ownUserOf(row) : undefined;
    });
    host.route(rest.register, async ({ body, ...caller }) => answer(201, await credentials.register(body, caller)));
    host.route(rest.login, async ({ body, ...caller }) => {
      const tokens = await credentials.login(body, caller);
      if (typeof tokens === 'string') throw new Fault('invalid_credentials');
      return answer(200, tokens);
    });
    host.route(rest.refresh, async ({ body }) => answer(200, await sessions.renew(body.refreshToken)));
    host.route(rest.logout, async ({ user }) => {
      await sessions.end(user.userId, user.sessionId);
      return answer(204);
    });
    host.route(rest.getMe, async ({ user }) => answer(200, await readProfile(host, user.userId)));
    host.route(rest.updateMe, async ({ body, user: { userId } }) => {
      const changed = await updateProfile(host, userId, body);
      if (body.presence !== undefined) host.emit(sharingChanged, { userId });
      return answer(200, changed);
    });
    host.route(rest.findUsers, async ({ query }) =>
      answer(200, { users: await searchUsers(sql, query.query, query.limit) }),
    );
    host.route(rest.listSessions, async ({ user }) =>
      answer(200, { sessions: await sessions.list(user.userId, user.sessionId) }),
    );
    host.route(rest.endSession, async ({ params, user }) => {
      if ((await sessions.end(user.userId, params.sessionId)) === 0) throw new Fault('not_found');
      return answer(204);
    });
    host.every({ name: 'forget-sessions', everyMs: 3_600_000 }, () => forgetSessions(host));
    return { ...credentials, resumeSession: sessions.resume, findUser: (userId: number) => findUser(sql, userId) };
  },
});
