import path from 'node:path';
import { knownModules } from './modules/known.ts';
import { type ModuleSettings, settingsSchema as schemaFor } from './settings.ts';

/** What can be known of a server's project folder without loading the server, which takes longer than most commands. */
export { readSecretIfSet as readExternalSecret, secretVariables as externalSecrets } from './external/secrets.ts';
export { nameFault, ownModuleNames } from './own-modules/find.ts';
export { hasSecret, type SecretSchema } from './own-modules/secret-schema.ts';
export type { Settings } from './settings.ts';

/** The schema of `messox.yaml`: strict, with a default and a description for everything. */
export const settingsSchema = schemaFor(
  Object.entries<Omit<ModuleSettings, 'name'>>(knownModules).map(([name, known]) => ({ name, ...known })),
);

/** Where the administrator's own modules are in a project. */
export const modulesFolder = (dir: string): string => path.resolve(dir, 'modules');

/** Where the embedded PostgreSQL of a project keeps its data. */
export const clusterFolder = (dir: string): string => path.resolve(dir, 'data', 'postgres');
