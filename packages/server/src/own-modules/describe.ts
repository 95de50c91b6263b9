import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { loadMigrations } from '../kernel/database/migrations.ts';
import type { Module } from '../kernel/module.ts';
import { type OwnModule, ownMigrationSources } from './find.ts';
import { hideSecrets } from './hide-secrets.ts';

/** Something that a module does not take of its settings. */
interface SettingProblem {
  /** Below the name of the module. */
  readonly path: readonly string[];
  readonly message: string;
  /** Names at this path that are no settings. */
  readonly unknown?: readonly string[];
}

/** What a module of the administrator's own is, for `messox`, which does not load its code itself. */
interface ModuleReport {
  readonly name: string;
  /** As people find it: `modules/guestbook/index.mjs`. */
  readonly file: string;
  /** That of its package.json, where it has one. */
  readonly version?: string;
  /** The modules that it needs. */
  readonly needs: readonly string[];
  /** How many it has. */
  readonly migrations: number;
  /** JSON Schema of its settings, where it has any. */
  readonly schema?: unknown;
  /** What holds, where its schema takes what is set; without what that calls a secret. */
  readonly settings?: unknown;
  readonly problems: readonly SettingProblem[];
}

const versionIn = (folder: string): string | undefined => {
  try {
    const read: unknown = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const version = typeof read === 'object' && read !== null && 'version' in read ? read.version : undefined;
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
};

const settingsReport = (
  { settings: schema }: Module,
  given: unknown,
): Pick<ModuleReport, 'schema' | 'settings' | 'problems'> => {
  if (!schema) return { problems: given === undefined ? [] : [{ path: [], message: 'the module has no settings' }] };
  const parsed = schema.prefault({}).safeParse(given);
  const problems = (parsed.error?.issues ?? []).map((issue) => ({
    path: issue.path.map(String),
    message: issue.message,
    ...(issue.code === 'unrecognized_keys' ? { unknown: issue.keys } : {}),
  }));
  // What JSON cannot say may stand there all the same: it is only the module itself that reads it.
  const described = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return {
    schema: described,
    ...(parsed.success ? { settings: hideSecrets(parsed.data, described as Parameters<typeof hideSecrets>[1]) } : {}),
    problems,
  };
};

/** @throws StartFault migration_misnamed */
export const describeModule = async (module: Module, own: OwnModule, given: unknown): Promise<ModuleReport> => {
  const version = versionIn(own.folder);
  return {
    name: own.name,
    file: own.shown,
    ...(version === undefined ? {} : { version }),
    needs: Object.values(module.needs).map(({ name }) => name),
    migrations: (await loadMigrations(ownMigrationSources([own]))).length,
    ...settingsReport(module, given),
  };
};
