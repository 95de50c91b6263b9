/** What a module may import of the server that runs it, wherever that is installed. */
const lent = /^(@messox\/(server|protocol)|zod)(\/|$)/;

interface Context {
  readonly parentURL?: string | undefined;
}

/** Whether a file of one of the folders asks, and not a package that is installed in it. */
const asks = (folders: readonly string[], parent: string | undefined): boolean =>
  folders.some(
    (folder) => parent?.startsWith(folder) === true && !parent.includes('/node_modules/', folder.length - 1),
  );

/**
 * Hands modules the packages of the running server, as if a file of the server had asked: of two copies of one package
 * neither knows the other's modules, faults and schemas.
 *
 * @param folders URLs that end in a slash
 */
export const lendPackages =
  (folders: readonly string[]) =>
  <C extends Context, R>(specifier: string, context: C, next: (specifier: string, context: C) => R): R =>
    next(
      specifier,
      lent.test(specifier) && asks(folders, context.parentURL) ? { ...context, parentURL: import.meta.url } : context,
    );

let folders: readonly string[] = [];
/** Of the thread of Node's that this file is loaded into, before Node 22.15. @public */
export const initialize = (given: readonly string[]): void => void (folders = given);
/** The same. @public */
export const resolve = <C extends Context, R>(
  specifier: string,
  context: C,
  next: (specifier: string, context: C) => R,
): R => lendPackages(folders)(specifier, context, next);
