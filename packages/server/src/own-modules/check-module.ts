import { type Module, moduleContract } from '../kernel/module.ts';
import { invalidModule, type OwnModule } from './find.ts';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isModule = (value: unknown): boolean =>
  isObject(value) && typeof value.name === 'string' && typeof value.setup === 'function' && isObject(value.needs);
const isSchema = (value: unknown): boolean =>
  isObject(value) && isObject(value._zod) && isObject(value.def) && value.def.type === 'object';

const example = (name: string): string => `export default defineModule({ name: '${name}', contract: 1, setup: … })`;

/** What is wrong with what a file exports as its default, and what mends it. */
const fault = (value: unknown, { folder, name }: OwnModule): [what: string, help: string] | undefined => {
  if (value === undefined) return ['exports no module', `Let it have one default export: ${example(name)}.`];
  if (!isModule(value) || !isObject(value))
    return [
      'exports something else than a module',
      `Make it with defineModule of @messox/server/module: ${example(name)}.`,
    ];
  if (value.name !== name)
    return [
      `exports the module ${String(value.name)}, and its folder is called ${name}`,
      `Give both the same name: ${example(name)}.`,
    ];
  const { contract, migrations, needs, settings } = value;
  if (contract === undefined)
    return ['does not say which module contract it is written for', `Add contract: ${moduleContract} to it.`];
  if (typeof contract !== 'number') return ['has a contract that is no number', `Write contract: ${moduleContract}.`];
  if (contract !== moduleContract)
    return [
      `is written for the module contract ${contract}, and this version of messox has ${moduleContract}`,
      contract > moduleContract
        ? 'Upgrade messox, or take an older version of the module.'
        : 'Take a newer version of the module; docs/subsystems/modules.md tells what has changed.',
    ];
  const need = Object.entries(needs as object).find(([, needed]) => !isModule(needed))?.[0];
  if (need !== undefined)
    return [`needs something that is no module: ${need}`, 'Import the module itself and name it in needs.'];
  if (settings !== undefined && !isSchema(settings))
    return ['has settings that are no schema', 'Make them with z.strictObject({ … }), z of @messox/server/module.'];
  if (migrations !== undefined && !isFolderOf(migrations, folder))
    return [
      'has its migrations elsewhere',
      'They belong into its folder migrations, and are found there without being named.',
    ];
  return undefined;
};

const isFolderOf = (migrations: unknown, folder: string): boolean =>
  migrations instanceof URL &&
  migrations.protocol === 'file:' &&
  decodeURIComponent(migrations.pathname).replace(/\/$/, '') === `${folder}/migrations`;

/** The module that a file exports as its default. @throws StartFault module_invalid */
export const checkModule = (value: unknown, own: OwnModule): Module => {
  const found = fault(value, own);
  if (found) throw invalidModule(`${own.shown} ${found[0]}.`, found[1]);
  return value as Module;
};
