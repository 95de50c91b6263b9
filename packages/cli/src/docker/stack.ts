import { CliError } from '../errors/cli-error.ts';
import { planRendering } from '../generated/render-project.ts';
import { projectName } from '../project/compose-project.ts';
import type { Settings } from '../project/schema.ts';
import { loadSettings } from '../project/settings.ts';
import { bindAddress } from '../stack/bind-address.ts';
import { publicUrl } from '../stack/tls.ts';
import { type Compose, composeOf } from './compose.ts';

/** A server that Docker runs. */
export interface RunningStack {
  readonly dir: string;
  readonly settings: Settings;
  readonly compose: Compose;
  /** Where nginx listens, as this machine reaches it. */
  readonly address: string;
  /** Where clients reach it. */
  readonly url: string;
}

/** An address to connect to, for one to listen on. */
const reachable: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** @throws CliError settings_missing, settings_invalid; mode_not_compose */
export const openStack = (dir: string): RunningStack => {
  const settings = loadSettings(dir);
  if (settings.mode !== 'compose')
    throw new CliError('mode_not_compose', 'Docker does not run this server', {
      detail: `Its mode is ${settings.mode}.`,
      fixes: ['`messox config set mode compose` (another server, with a database of its own)'],
    });
  const address = bindAddress(settings.deploy);
  return {
    dir,
    settings,
    compose: composeOf(dir, projectName(dir, settings)),
    address: reachable[address] ?? address,
    url: publicUrl(settings.deploy),
  };
};

export const notRunning = (): CliError =>
  new CliError('not_running', 'The containers of this server do not run', { fixes: ['`messox up`'] });

/** Generated files that are not as they were generated, or would be by now. */
export const driftOf = (dir: string): string[] =>
  planRendering(dir).plan.flatMap(({ action, path }) => (action === 'same' ? [] : [path]));
