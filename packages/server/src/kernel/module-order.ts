import type { Module } from './module.ts';

/** The modules, each after those that it needs. @throws Error naming a circle, a missing need or a name that is there twice */
export const orderModules = (modules: readonly Module[]): Module[] => {
  const byName = new Map<string, Module>();
  for (const module of modules) {
    if (byName.has(module.name)) throw new Error(`There are two modules of the name ${module.name}`);
    byName.set(module.name, module);
  }
  const ordered = new Set<Module>();
  const visit = (module: Module, path: readonly string[]): void => {
    if (ordered.has(module)) return;
    if (path.includes(module.name))
      throw new Error(`Modules need each other in a circle: ${[...path, module.name].join(' → ')}`);
    for (const need of Object.values(module.needs)) {
      if (byName.get(need.name) !== need)
        throw new Error(`The module ${module.name} needs ${need.name}, which is not enabled`);
      visit(need, [...path, module.name]);
    }
    ordered.add(module);
  };
  for (const module of modules) visit(module, []);
  return [...ordered];
};
