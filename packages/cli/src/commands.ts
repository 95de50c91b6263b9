import { spec as backup } from './commands/backup/spec.ts';
import { spec as backupVerify } from './commands/backup/verify/spec.ts';
import { spec as chat } from './commands/chat/spec.ts';
import { spec as completion } from './commands/completion/spec.ts';
import { spec as configDiff } from './commands/config/diff/spec.ts';
import { spec as configGet } from './commands/config/get/spec.ts';
import { spec as configPrint } from './commands/config/print/spec.ts';
import { spec as configRender } from './commands/config/render/spec.ts';
import { spec as configSet } from './commands/config/set/spec.ts';
import { spec as configShow } from './commands/config/show/spec.ts';
import { spec as config } from './commands/config/spec.ts';
import { spec as configUnset } from './commands/config/unset/spec.ts';
import { spec as configValidate } from './commands/config/validate/spec.ts';
import { spec as databaseNewEpoch } from './commands/database/new-epoch/spec.ts';
import { spec as database } from './commands/database/spec.ts';
import { spec as doctor } from './commands/doctor/spec.ts';
import { spec as down } from './commands/down/spec.ts';
import { spec as help } from './commands/help/spec.ts';
import { spec as init } from './commands/init/spec.ts';
import { spec as logs } from './commands/logs/spec.ts';
import { spec as migrateNew } from './commands/migrate/new/spec.ts';
import { spec as migrate } from './commands/migrate/spec.ts';
import { spec as migrateStatus } from './commands/migrate/status/spec.ts';
import { spec as migrateUp } from './commands/migrate/up/spec.ts';
import { spec as moduleList } from './commands/module/list/spec.ts';
import { spec as moduleNew } from './commands/module/new/spec.ts';
import { spec as module } from './commands/module/spec.ts';
import { spec as restart } from './commands/restart/spec.ts';
import { spec as scale } from './commands/scale/spec.ts';
import { spec as restore } from './commands/restore/spec.ts';
import { spec as status } from './commands/status/spec.ts';
import { spec as uninstall } from './commands/uninstall/spec.ts';
import { spec as up } from './commands/up/spec.ts';
import { spec as upgrade } from './commands/upgrade/spec.ts';
import { spec as userCreate } from './commands/user/create/spec.ts';
import { spec as userDemote } from './commands/user/demote/spec.ts';
import { spec as userDisable } from './commands/user/disable/spec.ts';
import { spec as userEnable } from './commands/user/enable/spec.ts';
import { spec as userList } from './commands/user/list/spec.ts';
import { spec as userPasswd } from './commands/user/passwd/spec.ts';
import { spec as userPromote } from './commands/user/promote/spec.ts';
import { spec as user } from './commands/user/spec.ts';
import { spec as verify } from './commands/verify/spec.ts';
import { command, type Command } from './framework/spec.ts';

/** All commands, in the order of the help; a command that holds others stands before them. */
export const commands: readonly Command[] = [
  command(init, () => import('./commands/init/run.ts')),
  command(up, () => import('./commands/up/run.ts')),
  command(down, () => import('./commands/down/run.ts')),
  command(restart, () => import('./commands/restart/run.ts')),
  command(status, () => import('./commands/status/run.ts')),
  command(logs, () => import('./commands/logs/run.ts')),
  command(scale, () => import('./commands/scale/run.ts')),
  command(upgrade, () => import('./commands/upgrade/run.ts')),
  command(uninstall, () => import('./commands/uninstall/run.ts')),
  { spec: migrate },
  command(migrateStatus, () => import('./commands/migrate/status/run.ts')),
  command(migrateUp, () => import('./commands/migrate/up/run.ts')),
  command(migrateNew, () => import('./commands/migrate/new/run.ts')),
  command(backup, () => import('./commands/backup/run.ts')),
  command(backupVerify, () => import('./commands/backup/verify/run.ts')),
  command(restore, () => import('./commands/restore/run.ts')),
  { spec: database },
  command(databaseNewEpoch, () => import('./commands/database/new-epoch/run.ts')),
  { spec: config },
  command(configGet, () => import('./commands/config/get/run.ts')),
  command(configSet, () => import('./commands/config/set/run.ts')),
  command(configUnset, () => import('./commands/config/unset/run.ts')),
  command(configShow, () => import('./commands/config/show/run.ts')),
  command(configValidate, () => import('./commands/config/validate/run.ts')),
  command(configRender, () => import('./commands/config/render/run.ts')),
  command(configDiff, () => import('./commands/config/diff/run.ts')),
  command(configPrint, () => import('./commands/config/print/run.ts')),
  { spec: module },
  command(moduleNew, () => import('./commands/module/new/run.ts')),
  command(moduleList, () => import('./commands/module/list/run.ts')),
  { spec: user },
  command(userCreate, () => import('./commands/user/create/run.ts')),
  command(userList, () => import('./commands/user/list/run.ts')),
  command(userPasswd, () => import('./commands/user/passwd/run.ts')),
  command(userPromote, () => import('./commands/user/promote/run.ts')),
  command(userDemote, () => import('./commands/user/demote/run.ts')),
  command(userDisable, () => import('./commands/user/disable/run.ts')),
  command(userEnable, () => import('./commands/user/enable/run.ts')),
  command(doctor, () => import('./commands/doctor/run.ts')),
  command(verify, () => import('./commands/verify/run.ts')),
  command(chat, () => import('./commands/chat/run.ts')),
  command(completion, () => import('./commands/completion/run.ts')),
  command(help, () => import('./commands/help/run.ts')),
];
