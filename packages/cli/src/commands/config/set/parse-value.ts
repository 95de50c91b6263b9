import { parseDocument } from 'yaml';
import { CliError } from '../../../errors/cli-error.ts';
import { command } from '../../../output/command-line.ts';
import { nearest } from '../../../framework/nearest.ts';
import { shown } from '../../../project/check-settings.ts';
import type { Setting } from '../../../project/setting.ts';

export const invalidSetting = (
  setting: Setting,
  value: unknown,
  { fixes = [], why }: { readonly fixes?: readonly string[]; readonly why?: string } = {},
): CliError =>
  new CliError('invalid_setting', `${setting.key} cannot be ${setting.secret ? 'that' : shown(value)}`, {
    detail: [...(why === undefined ? [] : [`${why}.`]), `It is ${setting.expected}.`, setting.about]
      .join(' ')
      .trimEnd(),
    fixes: [...fixes, `${command('config', 'get', setting.key)} (tells what holds now)`],
  });

const parseOne = (setting: Setting, word: string): unknown => {
  if (setting.kind === 'integer') {
    if (/^-?\d+$/.test(word) && Number.isSafeInteger(Number(word))) return Number(word);
    throw invalidSetting(setting, word);
  }
  if (setting.kind === 'number') {
    if (/^-?\d+(\.\d+)?(e-?\d+)?$/i.test(word) && Number.isFinite(Number(word))) return Number(word);
    throw invalidSetting(setting, word);
  }
  if (setting.kind === 'value') {
    const { contents, errors } = parseDocument(word);
    if (errors.length === 0 && contents !== null) return contents.toJSON();
    throw invalidSetting(setting, word);
  }
  if (setting.kind === 'boolean') {
    if (word === 'true' || word === 'false') return word === 'true';
    throw invalidSetting(setting, word, { fixes: [command('config', 'set', setting.key, 'true')] });
  }
  if (setting.kind === 'choice' && !setting.choices.includes(word)) {
    const near = nearest(word, setting.choices);
    const fixes = near === undefined ? [] : [command('config', 'set', setting.key, near)];
    throw invalidSetting(setting, word, { fixes });
  }
  return word;
};

/** The value that words of the command line mean for the setting. */
export const parseValue = (setting: Setting, words: readonly string[]): unknown => {
  if (setting.kind === 'list') return words.length === 1 && words[0] === '[]' ? [] : words;
  const [word = '', ...rest] = words;
  if (rest.length > 0)
    throw new CliError('invalid_usage', `${setting.key} has one value, not ${words.length}`, {
      fixes: ['Put a value with spaces into quotes.'],
    });
  return parseOne(setting, word);
};
