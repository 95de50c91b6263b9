import { readFileSync } from 'node:fs';
import { isMap, parseDocument } from 'yaml';
import { z } from 'zod';
import { StartFault } from '../kernel/fault.ts';
import type { Module } from '../kernel/module.ts';
import { coreModules } from '../modules/index.ts';
import { problemsOf } from '../own-modules/settings.ts';
import { type Settings, settingsSchema } from '../settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** `modules.messox-app.unknownUser` as `MESSOX_MODULES__MESSOX_APP__UNKNOWN_USER`. */
const variableOf = (path: readonly string[]): string =>
  `MESSOX_${path
    .map((name) =>
      name
        .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
        .replaceAll('-', '_')
        .toUpperCase(),
    )
    .join('__')}`;

/** Every setting of a schema, by the variable that overrides it. */
const settingVariables = (schema: z.core.JSONSchema.BaseSchema, path: readonly string[] = []): Map<string, string[]> =>
  new Map(
    Object.entries(schema.properties ?? {}).flatMap(([name, below]): [string, string[]][] => {
      const here = [...path, name];
      if (typeof below !== 'object') return [];
      if (below.properties) return [...settingVariables(below, here)];
      // `MESSOX_MODE` would look like a secret; the mode needs no override.
      return here.length === 1 ? [] : [[variableOf(here), here]];
    }),
  );

/** What a file of settings says, `-` being stdin; without one there is nothing but the mode. @throws StartFault settings_missing */
export const readSource = (path: string | undefined): string => {
  if (path === undefined) return 'mode: external';
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw new StartFault(
      'settings_missing',
      `${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}.`,
      'Name a messox.yaml with --settings, or leave it out: everything has a default.',
      { cause: error },
    );
  }
};

const invalid = (what: string, problems: readonly string[]): StartFault =>
  new StartFault(
    'settings_invalid',
    `${what}: ${problems.join('; ')}.`,
    'docs/reference/settings.md has every setting.',
  );

const parseFile = (path: string | undefined, source: string) => {
  const document = parseDocument(source);
  if (document.errors.length > 0)
    throw invalid(
      path ?? '',
      document.errors.map(({ message }) => message.split('\n')[0] ?? ''),
    );
  if (document.contents !== null && !isMap(document.contents))
    throw invalid(path ?? '', ['it holds no settings, but something else']);
  return document;
};

/**
 * The settings of a file, with those of the environment instead where there are any. A value is written as in the file.
 *
 * @throws StartFault settings_missing, settings_invalid
 */
export const readSettings = (
  path: string | undefined,
  environment: Environment,
  modules: readonly Module[] = coreModules,
  source = readSource(path),
): Settings => {
  const schema = settingsSchema(modules);
  const known = settingVariables(z.toJSONSchema(schema, { io: 'input' }));
  const document = parseFile(path, source);
  for (const [variable, text] of Object.entries(environment)) {
    if (text === undefined || !/^MESSOX_[A-Z0-9_]+__/.test(variable)) continue;
    const setting = known.get(variable);
    if (!setting) throw invalid('The environment', [`${variable} is no setting`]);
    const value = parseDocument(text);
    if (value.errors.length > 0) throw invalid('The environment', [`${variable} is not written as in messox.yaml`]);
    document.setIn(setting, value.toJS());
  }
  const parsed = schema.safeParse(document.toJS() ?? {});
  if (!parsed.success) throw invalid(path ?? 'The environment', problemsOf(parsed.error));
  return parsed.data;
};

/** What the settings say of a module, as it stands there. @throws StartFault settings_invalid */
export const settingsOfModule = (path: string | undefined, source: string, name: string): unknown => {
  const data: unknown = parseFile(path, source).toJS();
  const below = (value: unknown, key: string): unknown =>
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return below(below(data, 'modules'), name);
};

/** @throws StartFault settings_invalid */
export const refuseEmbedded = ({ mode }: Settings, path: string | undefined): void => {
  if (mode !== 'embedded') return;
  throw new StartFault(
    'settings_invalid',
    `The mode in ${path ?? 'the settings'} is embedded, and messox-server is for the modes external and compose.`,
    'Write "mode: external" into it, or run `messox up`, which brings its own PostgreSQL along.',
  );
};
