import { isLoopback } from '../../project/listen.ts';
import { beforeStart, ok, warn, type Check } from '../check.ts';

export const exposure: Check = {
  id: 'exposure',
  title: 'Reachable by',
  group: 'network',
  when: ['doctor', ...beforeStart],
  modes: ['embedded', 'external'],
  skip: ({ listen }) => (listen ? undefined : 'messox.yaml cannot be read'),
  run: ({ listen }) => {
    const host = listen?.host ?? '127.0.0.1';
    if (isLoopback(host)) return ok('programs on this machine only');
    return warn(
      `everyone who reaches ${host}, without TLS: whoever is on the way can read passwords and messages`,
      'Put a proxy with TLS in front, and then: `messox config set server.host 127.0.0.1`',
    );
  },
};
