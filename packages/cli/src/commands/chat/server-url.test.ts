import { expect, it } from 'vitest';
import { emptyFolder, messoxHere, projectFolder } from '../../testing/messox.ts';
import { chatServer } from './server-url.ts';

const serverIn = (dir: string, url?: string) => chatServer({ flags: { dir } } as Parameters<typeof chatServer>[0], url);

it('is that of the folder, by the public address where Docker runs it, unless another one is named', async () => {
  const dir = await projectFolder('--mode', 'compose', '--domain', 'chat.example.org', '--tls', 'proxy');
  expect(serverIn(dir)).toEqual({ url: 'https://chat.example.org', isStack: true });
  expect(serverIn(dir, 'http://127.0.0.1:9000')).toEqual({ url: 'http://127.0.0.1:9000', isStack: false });
  const alone = await projectFolder('--mode', 'compose', '--tls', 'off');
  await messoxHere(['config', 'set', 'deploy.ports.http', '1'], { dir: alone });
  expect(serverIn(alone)).toEqual({ url: 'http://localhost:1', isStack: true });
  expect(serverIn(await emptyFolder())).toEqual({ url: 'http://127.0.0.1:8080', isStack: false });

  const { exitCode, stderr } = await messoxHere(['chat', '--as', 'ana'], {
    dir: alone,
    env: { MESSOX_PASSWORD: 'a password of ana', XDG_STATE_HOME: alone },
  });
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain('No messox server answers at http://localhost:1');
  expect(stderr).toContain('messox up -d');
  expect(stderr).toContain('messox doctor network');
});
