import { randomBytes } from 'node:crypto';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@messox/server';

/** A PostgreSQL like that of the server, for the limit alone. */
export const startEmbeddedPostgresForLimits = (dataDir: string): Promise<EmbeddedPostgres> =>
  startEmbeddedPostgres({ dataDir, password: randomBytes(16).toString('hex') });
