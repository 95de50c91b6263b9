import type { z } from 'zod';
import { StartFault } from '../kernel/fault.ts';
import type { Module } from '../kernel/module.ts';
import { type Settings, settingsSchema } from '../settings.ts';

/** What is wrong with settings, each with the name of the setting in front. */
export const problemsOf = ({ issues }: z.ZodError): string[] =>
  issues.map(({ message, path }) => `${path.join('.') || 'it'}: ${message}`);

/**
 * Settings that were read without knowing the administrator's own modules, as the schemas of those have them.
 *
 * @throws StartFault settings_invalid
 */
export const settleSettings = (settings: Settings, modules: readonly Module[]): Settings => {
  const parsed = settingsSchema(modules).safeParse(settings);
  if (parsed.success) return parsed.data;
  throw new StartFault(
    'settings_invalid',
    `messox.yaml does not fit the modules: ${problemsOf(parsed.error).join('; ')}.`,
    'Edit messox.yaml; the file of the module says which settings it has.',
  );
};
