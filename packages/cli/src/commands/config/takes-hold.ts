import type { ServerState } from '../../project/server-state.ts';
import type { Setting } from '../../project/setting.ts';
import type { SettingValue } from '../../project/setting-values.ts';

interface InUse {
  readonly value: string | number;
  /** The option of `up` that said so, which goes before messox.yaml. */
  readonly option?: string;
}

/** What a running server has of a setting, where that is known: its address and port. */
const inUse = ({ key }: Setting, { host, options, port }: ServerState): InUse | undefined => {
  if (key === 'server.port') return { value: port, ...(options.port === undefined ? {} : { option: '--port' }) };
  if (key === 'server.host') return { value: host, ...(options.host === undefined ? {} : { option: '--host' }) };
  return undefined;
};

/** The setting with what holds now: in the server that runs, where there is one. */
export const asItHolds = (value: SettingValue, running: ServerState | undefined): SettingValue => {
  const used = running && inUse(value.setting, running);
  return used ? { ...value, effective: used.value } : value;
};

/** Why something else holds now than the file says. */
export const whyElse = ({ effective, setting }: SettingValue, running: ServerState): string | undefined => {
  const used = inUse(setting, running);
  // Any free port is what the file says with 0.
  if (!used || used.value === effective || (effective === 0 && used.option === undefined)) return undefined;
  return used.option === undefined
    ? `The running server still has the ${setting.key} of its start, ${used.value}`
    : `The running server has the ${setting.key} ${used.value}: it was started with ${used.option} ${used.value}, which goes before the file`;
};

/** What to do so that a changed setting holds in the server that runs; nothing where it does already. */
export const untilItHolds = ({ effective, setting }: SettingValue, running: ServerState): string | undefined => {
  const used = inUse(setting, running);
  if (used?.value === effective) return undefined;
  if (used?.option !== undefined) {
    const why = `The server was started with ${used.option} ${used.value}, which goes before the setting, also after a restart`;
    return running.detached
      ? `${why}. To let the setting hold: \`messox down\`, then \`messox up -d\``
      : `${why}. To let the setting hold, stop it with Ctrl-C and start it again without ${used.option}`;
  }
  return running.detached
    ? 'The server runs with the old settings. To let the new ones hold: `messox restart`'
    : 'The server runs with the old settings until you stop it (Ctrl-C in its terminal) and start it again';
};
