export { checkDurability } from './durability.ts';
export { EmbeddedPostgresError } from './error.ts';
export { findRunningPostgres, type EmbeddedPostgresConnection } from './running.ts';
export { startEmbeddedPostgres, type EmbeddedPostgres } from './start.ts';
