import { localUrl } from '../server-process/health.ts';
import { publicUrl } from '../stack/tls.ts';
import { readServerState } from './server-state.ts';
import { loadSettings } from './settings.ts';

/** By which others reach the server of the folder; undefined where only a server that runs would tell, and none does. */
export const publicAddress = (dir: string): string | undefined => {
  const { deploy, mode, server } = loadSettings(dir);
  if (server.publicUrl !== undefined) return server.publicUrl;
  if (mode === 'compose') return publicUrl(deploy);
  const running = readServerState(dir);
  return running && localUrl(running);
};
