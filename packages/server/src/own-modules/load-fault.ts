import { spawnSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import type { StartFault } from '../kernel/fault.ts';
import { invalidModule, type OwnModule } from './find.ts';

/** The place in a file of the module that an error tells of, as `index.mjs:3`. */
const placeIn = (folder: string, stack = ''): string | undefined => {
  const at = stack.indexOf(`${folder}/`);
  return at < 0 ? undefined : /^[^\s:()]+:\d+/.exec(stack.slice(at + folder.length + 1))?.[0];
};

/** An error of syntax does not say where it is, but to a terminal. */
const placeOf = ({ entry, folder }: OwnModule, error: Error): string | undefined => {
  if (error.name !== 'SyntaxError') return placeIn(folder, error.stack);
  const told = spawnSync(process.execPath, ['--check', entry], { encoding: 'utf8', env: {}, timeout: 10_000 });
  return placeIn(folder, told.stderr) ?? placeIn(folder, error.stack);
};

const helpOf = (error: Error, { folder, shown }: OwnModule): string => {
  const code = 'code' in error ? String(error.code) : '';
  const missing = /Cannot find package '([^']+)'/.exec(error.message)?.[1];
  if (missing !== undefined) return `Install it for the module: npm install --prefix '${folder}' ${missing}`;
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION')
    return `Node runs TypeScript from 22.18 on, and this is ${process.version}. Compile the file to index.mjs, or take a newer Node.`;
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX' || code === 'ERR_INVALID_TYPESCRIPT_SYNTAX')
    return 'Node takes types away and compiles nothing, so there can be no enum, namespace or parameter property.';
  return `Mend it, or put _ in front of the name of its folder: without ${shown.split('/').at(-2) ?? 'it'} the server starts.`;
};

/** What a file threw when it was loaded, with the place. */
export const loadFault = (thrown: unknown, own: OwnModule): StartFault => {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const place = placeOf(own, error);
  const message = stripVTControlCharacters(error.message).split('\n')[0] ?? '';
  return invalidModule(
    `${own.shown} cannot be loaded: ${error.name}: ${message}${place === undefined ? '' : ` (${place})`}`,
    helpOf(error, own),
    { cause: error },
  );
};
