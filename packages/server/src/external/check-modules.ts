import { StartFault } from '../kernel/fault.ts';
import type { Logger } from '../kernel/log.ts';
import { describeModule } from '../own-modules/describe.ts';
import { type OwnModule, ownModule, ownModuleFolders, ownModuleNames } from '../own-modules/find.ts';
import { lendTo } from '../own-modules/lend.ts';
import { loadModule, loadModules } from '../own-modules/load.ts';
import type { CommandLine } from './command-line.ts';
import { readSettings, readSource, settingsOfModule } from './settings.ts';

/**
 * Loads the modules one by one and logs of each what it is, or why it is refused: one that cannot be loaded does not keep
 * others from being looked at. Which one is about to be loaded is logged before, as it may end the process.
 *
 * @throws StartFault module_invalid, settings_missing, settings_invalid: the first that a start would meet
 */
export const checkModules = async (
  { modules: folder, settings: path, without }: Pick<CommandLine, 'modules' | 'settings' | 'without'>,
  log: Logger,
): Promise<void> => {
  const source = readSource(path);
  const refused: StartFault[] = [];
  const attempt = async (name: string, work: () => unknown): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof StartFault)) throw error;
      refused.push(error);
      log.warn({ refused: name, code: error.code, help: error.help }, error.message);
    }
  };
  const names = folder === undefined ? [] : ownModuleNames(folder).filter((name) => !without.includes(name));
  const found: OwnModule[] = [];
  for (const name of names) await attempt(name, () => found.push(ownModule(folder ?? '', name)));
  // One that is left out may be imported by another.
  lendTo(folder === undefined ? [] : ownModuleFolders(folder));
  for (const own of found)
    await attempt(own.name, async () => {
      log.info({ loading: own.name }, 'loading a module');
      const module = await loadModule(own);
      log.info(
        { module: await describeModule(module, own, settingsOfModule(path, source, own.name)) },
        'a module is loaded',
      );
    });
  if (refused[0]) throw refused[0];
  // What is left out may be needed by others, and its settings are in the file.
  if (without.length > 0) {
    log.info({ files: [] }, 'the modules that were looked at can be loaded');
    return;
  }
  const choice = await loadModules(folder);
  readSettings(path, process.env, choice.modules, source);
  log.info({ files: [...choice.own.values()] }, 'the settings and the modules can be used');
};
