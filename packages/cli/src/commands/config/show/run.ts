import { exit } from '../../../errors/exit.ts';
import type { Run } from '../../../framework/spec.ts';
import { commandLine, type Place } from '../../../output/command-line.ts';
import { printable } from '../../../output/printable.ts';
import type { Style } from '../../../output/style.ts';
import { table } from '../../../output/table.ts';
import { ownModuleOf, tellRefused } from '../../../project/own-settings.ts';
import { readEnvFile, secretNames } from '../../../project/secrets.ts';
import { readValues, selectSettings, valueText, type SettingValue } from '../../../project/setting-values.ts';
import { readServerState } from '../../../project/server-state.ts';
import { openKnown } from '../open-known.ts';
import { asItHolds, whyElse } from '../takes-hold.ts';
import type { spec } from './spec.ts';

interface Row {
  readonly key: string;
  /** Of a setting of a module of the administrator's own, which no page of the documentation has. */
  readonly about?: string;
  readonly set: unknown;
  readonly default: unknown;
  readonly effective: unknown;
}

const hidden = '******';

const toRow = ({ setting, set, default: fallback, effective }: SettingValue): Row => ({
  key: setting.key,
  ...(ownModuleOf(setting.key) === undefined || setting.about === '' ? {} : { about: setting.about }),
  set: set ?? null,
  default: fallback ?? null,
  effective: effective ?? null,
});

/** The secrets of `.env`: whether they are there, never what they are. */
const secretRows = (dir: string): Row[] => {
  const { values } = readEnvFile(dir);
  return Object.values(secretNames).map(({ name }) => {
    const set = values.get(name) ? hidden : null;
    return { key: name, set, default: null, effective: set };
  });
};

/** Limits are many, and nobody has changed most of them. */
const isBrief = ({ key, set }: Row): boolean => !key.startsWith('limits.') || set !== null;

const render = (rows: readonly Row[], left: number, style: Style, place: Place): string[] => {
  const cell = (value: unknown) => printable(valueText(value ?? undefined));
  const lines = table([
    ['SETTING', 'SET', 'DEFAULT', 'EFFECTIVE'],
    ...rows.map((row) => [row.key, cell(row.set), cell(row.default), cell(row.effective)]),
  ]);
  return [
    ...lines.map((line, index) => (index === 0 ? style.bold(line) : line)),
    ...rows.flatMap(({ about, key }, index) =>
      about === undefined ? [] : [...(rows[index - 1]?.about === undefined ? [''] : []), `${key}: ${printable(about)}`],
    ),
    ...(left === 0
      ? []
      : ['', `${left} limits are as the defaults have them: ${commandLine(place, 'config', 'show', 'limits')}`]),
  ];
};

export const run: Run<typeof spec> = async ({ flags, output, place }, { section }) => {
  const { all, file, own, settings } = await openKnown(flags.dir, section);
  const selected = selectSettings(section, all);
  const running = readServerState(flags.dir);
  const values = readValues(selected, file, settings);
  const rows = values.map((value) => toRow(asItHolds(value, running)));
  const secrets = section === undefined ? secretRows(flags.dir) : [];
  const brief = section === undefined ? rows.filter(isBrief) : rows;
  output.result({ settings: rows, secrets }, (style) =>
    render([...brief, ...secrets], rows.length - brief.length, style, place),
  );
  tellRefused(own, output);
  for (const value of values) {
    const why = running && whyElse(value, running);
    if (why !== undefined) output.say(why);
  }
  return exit.done;
};
