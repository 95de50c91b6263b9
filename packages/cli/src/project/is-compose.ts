import { checkSettings } from './check-settings.ts';
import { readSettingsFile } from './settings-file.ts';
import { isProject } from './usual-dir.ts';

/** Whether Docker runs the server of the folder. What is wrong with its settings is for the command to say. */
export const isCompose = (dir: string): boolean =>
  isProject(dir) && checkSettings(readSettingsFile(dir)).settings?.mode === 'compose';
