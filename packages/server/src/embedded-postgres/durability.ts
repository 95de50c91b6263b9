import type { Sql } from 'postgres';
import { EmbeddedPostgresError } from './error.ts';

const MUST_BE = {
  fsync: ['on'],
  // All of these wait for this server's own disk.
  synchronous_commit: ['on', 'local', 'remote_write', 'remote_apply'],
  full_page_writes: ['on'],
} as const;

/**
 * Reads, on a session of the server, the settings on which "acknowledged means stored" rests. Throws `postgres_not_durable` that names
 * what is not on: a setting of the role or of the database outranks the command line.
 */
export async function checkDurability(sql: Sql): Promise<void> {
  for (const [name, values] of Object.entries(MUST_BE)) {
    const rows = await sql<{ value: string }[]>`select current_setting(${name}) as value`;
    const value = rows[0]?.value ?? 'missing';
    if ((values as readonly string[]).includes(value)) continue;
    throw new EmbeddedPostgresError(
      'postgres_not_durable',
      `PostgreSQL has ${name} = ${value}: a message that was acknowledged could be lost in a power cut.`,
      `Find where it is set (select * from pg_db_role_setting, postgresql.conf) and remove it there, then restart messox.`,
    );
  }
}
