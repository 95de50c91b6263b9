import { listenProblem, settingFix } from './listen.ts';
import type { Settings } from './schema.ts';
import { readServerState } from './server-state.ts';
import { locate, type Problem, type SettingsFile } from './settings-file.ts';

/** Values that fit the schema and that this machine cannot give: an address of another, a port in use. */
export const reachProblems = async (dir: string, file: SettingsFile, { server }: Settings): Promise<Problem[]> => {
  const running = readServerState(dir);
  // Our own server has the port.
  if (running?.port === server.port) return [];
  const problem = await listenProblem(server.host, server.port);
  if (!problem) return [];
  const { setting, why } = problem;
  return [{ ...locate(file, setting.split('.')), key: setting, message: why, suggestion: settingFix(problem) }];
};
