import { readFile } from 'node:fs/promises';
import type { Tokens } from '@messox/protocol';
import { defineModule, Fault, Gate } from '../../kernel/module.ts';
import { accounts } from '../accounts/index.ts';
import { blocks } from '../blocks/index.ts';
import { channels } from '../channels/index.ts';
import { receipts } from '../receipts/index.ts';
import { createAdmit } from './admit.ts';
import { AppSocket, type AppSocketOptions } from './app-socket.ts';
import { Cursors } from './cursors.ts';
import { createLogin } from './login.ts';
import { createPing } from './ping.ts';
import { createRegister } from './register.ts';
import { settings } from './settings.ts';

/** The routes of messox-app, as another way in to the same accounts, sessions and timelines. */
export const messoxApp = defineModule({
  name: 'messox-app',
  needs: { accounts, blocks, channels, receipts },
  settings,
  migrations: new URL('./migrations/', import.meta.url),
  setup: async (host, needs) => {
    if (!host.settings.enabled) return;
    const { limits, tokens } = host;
    const { login, register, resumeSession } = needs.accounts;
    const profile = await readFile(new URL('./default-picture.png', import.meta.url), 'base64');
    const admitted = ({ accessToken: token, user: { bio, username: name } }: Tokens) => ({ token, name, profile, bio });

    host.plain('GET', '/server/ping', createPing(host.secrets.appApiKey ?? ''));
    host.plain('POST', '/user/register', createRegister({ limits, register, admitted }));
    host.plain('POST', '/user/login', createLogin({ limits, login, admitted, unknownUser: host.settings.unknownUser }));
    host.plain('GET', '/server/ws', async () => {
      throw new Fault('upgrade_required');
    });

    const cursors = new Cursors(host);
    host.defer(() => cursors.stop());
    const underWay = new Set<Promise<void>>();
    host.defer(async () => {
      await Promise.all(underWay);
    });
    const options: AppSocketOptions = {
      ...host,
      cursors,
      underWay,
      resumeSession,
      openDirect: needs.channels.openDirect,
      delivered: needs.receipts.delivered,
      gate: new Gate(limits.catchUpParallel),
    };
    host.socket('/server/ws', {
      admit: createAdmit({ tokens, log: host.log, resumeSession }),
      open: (connection, identity) => {
        if (!identity) throw new Error('A socket was opened without an identity');
        return new AppSocket(connection, identity, options);
      },
    });
  },
});
