import { dirname } from 'node:path';
import { visit } from 'yaml';
import type { z } from 'zod';
import { nearest } from '../framework/nearest.ts';
import { printable } from '../output/printable.ts';
import { ownModuleNames, setAside } from './own-modules.ts';
import { settingsSchema, type Settings } from './schema.ts';
import { findSetting, namesBelow } from './setting.ts';
import { locate, locateKey, place, type Problem, type SettingsFile } from './settings-file.ts';
import { syntaxProblems } from './syntax-problems.ts';

type Checked =
  | { readonly settings: Settings; readonly problems?: undefined }
  | { readonly settings?: undefined; readonly problems: readonly Problem[] };

/** A wrong value as it is shown: short, and unable to move the cursor. */
export const shown = (value: unknown): string => {
  const text = printable(value === undefined ? 'nothing' : JSON.stringify(value));
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

const aliasProblems = ({ document, lines }: SettingsFile): Problem[] => {
  const problems: Problem[] = [];
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document)) return;
      const where = place(lines, alias.range?.[0] ?? 0);
      problems.push({
        ...where,
        key: '',
        message: `*${printable(alias.source)} stands for nothing: no &${printable(alias.source)} comes before it`,
        suggestion: 'put a value that begins with * in quotes',
      });
    },
  });
  return problems;
};

const unknownKey = (file: SettingsFile, path: readonly PropertyKey[], name: string): Problem => {
  const key = [...path, name].join('.');
  const names = namesBelow(path.map(String));
  const near = nearest(name, names);
  const isModule = path.join('.') === 'modules';
  const aside = isModule ? setAside(dirname(file.path), name) : undefined;
  const where = { ...locateKey(file, path, name), key: printable(key) };
  if (aside !== undefined)
    return {
      ...where,
      message: `the module is set aside in ${aside}, so nobody reads its settings`,
      suggestion: `\`messox config unset ${key}\` takes them out; mv ${aside} modules/${name} brings the module back`,
    };
  const own = isModule ? '; those of a module of your own hold while its folder is in modules/' : '';
  return {
    ...where,
    message: 'there is no such setting',
    suggestion:
      near === undefined
        ? `known here: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}${own}`
        : `did you mean ${near}?`,
  };
};

const wrongValue = (file: SettingsFile, issue: z.core.$ZodIssue, value: unknown): Problem => {
  const path = issue.path.map(String);
  const setting = findSetting(path.join('.')) ?? findSetting(path.slice(0, -1).join('.'));
  const isItem = setting !== undefined && setting.path.length < path.length;
  const expected = isItem
    ? setting.expected.replace('a list, each item ', '')
    : (setting?.expected ?? 'a section of settings');
  const near = typeof value === 'string' && setting ? nearest(value, setting.choices) : undefined;
  return {
    ...locate(file, issue.path),
    key: path.join('.'),
    message: issue.code === 'custom' ? issue.message : `${shown(value)} is not ${expected}`,
    ...(near === undefined ? {} : { suggestion: `did you mean ${near}?` }),
  };
};

const valueAt = (root: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    root,
  );

/** A section of which only comments are left reads as null: it is empty. */
const withoutEmptySections = (value: unknown, path: readonly string[]): unknown => {
  if (value === null && namesBelow(path).length > 0) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withoutEmptySections(inner, [...path, name])]),
  );
};

const toData = (file: SettingsFile): { data: unknown } | { problem: Problem } => {
  try {
    return { data: withoutEmptySections(file.document.toJS({ maxAliasCount: 100 }), []) };
  } catch (error) {
    return { problem: { line: 1, column: 1, key: '', message: (error as Error).message } };
  }
};

/** The settings of the administrator's own modules, which only the server knows how to read, and all others. */
const splitOwn = (data: unknown, names: readonly string[]): { known: unknown; own: Record<string, unknown> } => {
  const modules = valueAt(data, ['modules']);
  if (typeof modules !== 'object' || modules === null) return { known: data, own: {} };
  const entries = Object.entries(modules);
  const isOwn = ([name]: [string, unknown]): boolean => names.includes(name);
  return {
    known: { ...(data as object), modules: Object.fromEntries(entries.filter((entry) => !isOwn(entry))) },
    own: Object.fromEntries(entries.filter(isOwn)),
  };
};

/** Reads the settings out of the file, or tells everything that is wrong with it. */
export const checkSettings = (file: SettingsFile): Checked => {
  const syntax = syntaxProblems(file);
  if (syntax.length > 0) return { problems: syntax };
  const aliases = aliasProblems(file);
  if (aliases.length > 0) return { problems: aliases };
  const read = toData(file);
  if ('problem' in read) return { problems: [read.problem] };
  const { known, own } = splitOwn(read.data, ownModuleNames(dirname(file.path)));
  const parsed = settingsSchema.safeParse(known);
  if (parsed.success) {
    const modules = { ...parsed.data.modules, ...own } as Settings['modules'];
    return { settings: { ...parsed.data, modules } };
  }
  const problems = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((name) => unknownKey(file, issue.path, name))
      : [wrongValue(file, issue, valueAt(read.data, issue.path))],
  );
  return { problems: problems.sort((a, b) => a.line - b.line || a.column - b.column) };
};
