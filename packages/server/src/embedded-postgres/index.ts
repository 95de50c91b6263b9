export { checkDurability } from './durability.ts';
export { EmbeddedPostgresError, type EmbeddedPostgresErrorCode } from './error.ts';
export { findRunningPostgres, type EmbeddedPostgresConnection, type RunningPostgres } from './running.ts';
export { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './start.ts';
