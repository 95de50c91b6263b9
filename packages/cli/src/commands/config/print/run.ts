import { CliError } from '../../../errors/cli-error.ts';
import { exit } from '../../../errors/exit.ts';
import { longFlag, type Run } from '../../../framework/spec.ts';
import { loadSettings } from '../../../project/settings.ts';
import { printNginx } from './nginx.ts';
import type { PrintOptions } from './printed.ts';
import { printProxy } from './proxy.ts';
import type { spec } from './spec.ts';
import { printSystemd } from './systemd.ts';

type What = 'systemd' | 'nginx' | 'proxy';

/** Which options say something about which text. */
const own: Readonly<Record<What, readonly (keyof PrintOptions)[]>> = {
  systemd: ['user'],
  nginx: ['domain', 'certificate', 'key'],
  proxy: ['for', 'domain'],
};

/** @throws CliError invalid_usage */
const refuseOthers = (what: What, options: PrintOptions): void => {
  const other = (Object.keys(options) as (keyof PrintOptions)[]).find(
    (key) => options[key] !== undefined && !own[what].includes(key),
  );
  if (other === undefined) return;
  throw new CliError('invalid_usage', `${longFlag(other)} says nothing about ${what}`, {
    fixes: [`\`messox config print ${what}\``, '`messox config print --help`'],
  });
};

const printers = { systemd: printSystemd, nginx: printNginx, proxy: printProxy } as const;

export const run: Run<typeof spec> = async (context, { what }, options) => {
  refuseOthers(what, options);
  const settings = loadSettings(context.flags.dir);
  const { notes, path, text } = await printers[what](context, settings, options);
  context.output.result({ what, ...(path === undefined ? {} : { path }), text }, () => text.trimEnd());
  for (const note of notes) context.output.say(note);
  return exit.done;
};
