export {
  applyMigrations as migrate,
  type EmbeddedDatabase,
  type EmbeddedOptions,
  type EmbeddedServer,
  openEmbeddedDatabase,
  readMigrationStatus as migrationStatus,
  type Secrets,
  startEmbeddedServer,
} from './embedded.ts';
export { listCoreModules } from './own-modules/list-core-modules.ts';
export { openDatabase, type OpenDatabase } from './external/open-database.ts';
export type { AppliedMigration, Snapshot, SnapshotFacts } from './archive/snapshot.ts';
export { withSnapshot } from './archive/snapshot.ts';
export {
  checkRestorable,
  renewEpoch,
  restoreDatabase,
  type Restored,
  type RestoreOptions,
  type RowsChunk,
} from './archive/restore.ts';
export { findLostTables } from './archive/find-lost-tables.ts';
export { databaseAddressOf } from './external/database-address.ts';
export { exitCodeOf } from './external/exit-codes.ts';
export { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres/index.ts';
export { isContract, type MigrationState, type MigrationStatus } from './kernel/database/migrations.ts';
export type { DatabaseAddress, Sql } from './kernel/database/pool.ts';
export { Fault, StartFault } from './kernel/fault.ts';
export { createLog, type Logger } from './kernel/log.ts';
export {
  type AccountSummary,
  checkKnownName,
  checkNewName,
  createUser,
  createVerifyUser,
  listUsers,
  setAdmin,
  setDisabled,
  setPassword,
} from './modules/accounts/index.ts';
export { removeVerifyUsers } from './modules/channels/index.ts';
export { version } from './version.ts';
