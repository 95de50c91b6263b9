import { stringify } from 'yaml';
import { wrap } from '../output/wrap.ts';
import { findSetting } from './setting.ts';

/** Columns of a line that is a comment. */
const width = 80;

/** What is asked about a new server. */
export interface Answers {
  readonly host: string;
  readonly port: number;
  readonly registration: 'open' | 'closed';
}

/** What holds when nobody chose. */
export const defaultAnswers = (): Answers => ({
  host: String(findSetting('server.host')?.default),
  port: Number(findSetting('server.port')?.default),
  registration: findSetting('modules.accounts.registration')?.default === 'closed' ? 'closed' : 'open',
});

/** `secrets` is where they are. */
export const settingsHeader = (
  secrets: string,
): string => `# Settings of this messox server, for you to edit. Secrets are in ${secrets}.
#   messox config validate   checks this file
#   messox config show       lists every setting with what holds now
# docs/reference/settings.md of the documentation explains them all.
`;

const comment = (key: string, indent: string): string[] => {
  const setting = findSetting(key);
  if (!setting) throw new Error(`There is no setting ${key}.`);
  const choices = setting.choices.length > 1 ? ` One of: ${setting.choices.join(', ')}.` : '';
  return wrap(`${setting.about}${choices}`, width, `${indent}# `);
};

/** One setting with what it means. */
export const settingLines = (key: string, value: unknown): string[] => {
  const path = key.split('.');
  const indent = '  '.repeat(path.length - 1);
  return [...comment(key, indent), `${indent}${path.at(-1) ?? ''}: ${stringify(value).trimEnd()}`];
};

export const sectionLines = (name: string, inner: readonly string[]): string[] => [`${name}:`, ...inner];

/** A new `messox.yaml`: the settings that people change, each with what it means. */
export const settingsTemplate = ({ host, port, registration }: Answers): string =>
  [
    settingsHeader('.env'),
    ...settingLines('mode', 'embedded'),
    '',
    'server:',
    ...settingLines('server.host', host),
    ...settingLines('server.port', port),
    ...settingLines('server.allowedOrigins', []),
    '',
    'log:',
    ...settingLines('log.level', 'info'),
    '',
    'modules:',
    '  accounts:',
    ...settingLines('modules.accounts.registration', registration),
    '',
  ].join('\n');
