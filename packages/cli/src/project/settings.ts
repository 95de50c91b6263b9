import { CliError } from '../errors/cli-error.ts';
import { checkSettings } from './check-settings.ts';
import type { Settings } from './schema.ts';
import { readSettingsFile, type Problem, type SettingsFile } from './settings-file.ts';

/** `messox.yaml:7:9  server.port: "x" is not a whole number; did you mean …?`, and the line where it cannot be read. */
const problemLines = ({ line, column, key, message, suggestion, text }: Problem): string[] => [
  `messox.yaml:${line}:${column}  ${key === '' ? '' : `${key}: `}${message}${suggestion === undefined ? '' : `; ${suggestion}`}`,
  ...(text === undefined
    ? []
    : [`  ${line} | ${text}`, `  ${' '.repeat(String(line).length)} | ${' '.repeat(column - 1)}^`]),
];

export const settingsInvalid = (file: SettingsFile, problems: readonly Problem[]): CliError =>
  new CliError(
    'settings_invalid',
    `messox.yaml has ${problems.length === 1 ? 'an error' : `${problems.length} errors`}`,
    {
      detail: problems.flatMap(problemLines).join('\n'),
      fixes: [`Edit ${file.path}`, '`messox config validate` (checks it again)'],
      problems,
    },
  );

/** The file with what it means. Throws `settings_missing`, `settings_invalid`. */
export const openSettings = (dir: string): { file: SettingsFile; settings: Settings } => {
  const file = readSettingsFile(dir);
  const { settings, problems } = checkSettings(file);
  if (problems) throw settingsInvalid(file, problems);
  return { file, settings };
};

/** The settings of the project folder. Throws `settings_missing`, `settings_invalid`. */
export const loadSettings = (dir: string): Settings => openSettings(dir).settings;
