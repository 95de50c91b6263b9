import { commands } from '../commands.ts';
import { settings } from '../project/setting.ts';
import { cliReference } from './cli-reference.ts';
import { errorsReference } from './errors-reference.ts';
import { settingsReference } from './settings-reference.ts';

/** The pages of `docs/reference/` that this package is the source of, by file name. */
export const referencePages = (): Readonly<Record<string, string>> => ({
  'cli.md': cliReference(commands),
  'cli-errors.md': errorsReference(),
  'settings.md': settingsReference(settings),
});
