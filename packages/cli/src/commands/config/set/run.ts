import { exit } from '../../../errors/exit.ts';
import type { Context } from '../../../framework/context.ts';
import type { Run } from '../../../framework/spec.ts';
import { typed } from '../../../output/command-line.ts';
import { printable } from '../../../output/printable.ts';
import { hang } from '../../../output/wrap.ts';
import { checkSettings } from '../../../project/check-settings.ts';
import { valueOf, withValue } from '../../../project/edit-settings.ts';
import { whyIgnored } from '../../../project/ignored-setting.ts';
import { listenProblem, settingFix } from '../../../project/listen.ts';
import { readServerState } from '../../../project/server-state.ts';
import { knownSettings, ownModuleOf, ownProblems, withOwn } from '../../../project/own-settings.ts';
import type { Setting } from '../../../project/setting.ts';
import { hide, readValues, selectSetting, valueText } from '../../../project/setting-values.ts';
import { readSettingsFile, type Problem, type SettingsFile } from '../../../project/settings-file.ts';
import { settingsInvalid } from '../../../project/settings.ts';
import { saveSettings } from '../save.ts';
import { invalidSetting, parseValue } from './parse-value.ts';
import type { spec } from './spec.ts';

/** The settings with the new value. What is wrong elsewhere is told as it stands in the file. */
const check = async (dir: string, file: SettingsFile, edited: SettingsFile, setting: Setting, value: unknown) => {
  const isOf = ({ key }: Problem) => key === setting.key || key.startsWith(`${setting.key}.`);
  const { settings, problems } = checkSettings(edited);
  if (problems?.some(isOf)) throw invalidSetting(setting, value);
  if (problems) throw settingsInvalid(file, checkSettings(file).problems?.filter((it) => !isOf(it)) ?? problems);
  if (ownModuleOf(setting.key) === undefined) return settings;
  // What a module takes, it alone knows.
  const { own } = await knownSettings(dir, setting.key, edited.source);
  const found = ownProblems(edited, own);
  const wrong = found.find(isOf);
  if (wrong) throw invalidSetting(setting, value, { why: wrong.message });
  if (found.length > 0) throw settingsInvalid(edited, found);
  return withOwn(settings, own);
};

/** The server of the folder may have the port: then nobody is in the way. */
const warnAbout = async ({ flags, output }: Context, setting: Setting, host: string, port: number): Promise<void> => {
  const isOurs = readServerState(flags.dir)?.port === port;
  const problem = await listenProblem(host, setting.key === 'server.port' && !isOurs ? port : 0);
  if (problem?.setting === setting.key) output.warn(`${problem.why}: ${settingFix(problem)}`);
};

export const run: Run<typeof spec> = async (context, { key, value: words }) => {
  const { flags, output, place } = context;
  const setting = selectSetting(key, (await knownSettings(flags.dir, key)).all);
  const value = parseValue(setting, words);
  const file = readSettingsFile(flags.dir);
  const syntax = checkSettings(file);
  // A file that cannot be read as YAML cannot be changed either.
  if (file.document.errors.length > 0 && syntax.problems) throw settingsInvalid(file, syntax.problems);
  const previous = valueOf(file, setting.path);
  const edited = withValue(file, setting.path, value);
  const settings = await check(flags.dir, file, edited, setting, value);
  const changed = await saveSettings(flags.dir, file, edited, setting, output);
  const ignored = whyIgnored(key, settings);
  if (setting.path[0] === 'server' && ignored === undefined)
    await warnAbout(context, setting, settings.server.host, settings.server.port);
  const [now] = readValues([setting], edited, settings);
  const facts = { key, value: now?.set ?? null, previous: hide(setting, previous) ?? null, changed };
  output.result({ ...facts, ...(ignored === undefined ? {} : { ignored: typed(ignored, place) }) }, (style) => {
    const text = `${key} is ${changed ? 'now' : 'already'} ${printable(valueText(now?.effective))}`;
    if (ignored === undefined) return `${style.green(style.signs.ok)} ${text}`;
    const why = typed(ignored, place, { joined: true });
    return hang(`${style.yellow(style.signs.warn)} `, `${text} in messox.yaml, and has no effect: ${why}`, style.width);
  });
  return exit.done;
};
