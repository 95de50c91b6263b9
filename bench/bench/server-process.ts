import { randomBytes } from 'node:crypto';
import { createLog, openEmbeddedDatabase, settingsSchema, startEmbeddedServer } from '@messox/server';

/** The server under load, in a process of its own. It says where it is and stops when it is told anything. */
const [dir = ''] = process.argv.slice(2);
const secrets = {
  databasePassword: randomBytes(32).toString('base64url'),
  tokenKey: randomBytes(32).toString('base64url'),
};
// The load is the subject here, not the limits that keep one client from making it.
const limits = {
  opsPerSecond: 1_000_000,
  opsBurst: 1_000_000,
  registersPerAddress: 1_000_000,
  socketsPerAddress: 50_000,
  passwordQueue: 100_000,
};
const settings = settingsSchema.parse({ server: { port: 0 }, limits });
const log = createLog({ level: 'warn', destination: process.stderr });
const server = await startEmbeddedServer({ dir, settings, secrets, log });
const database = await openEmbeddedDatabase({ dir, secrets });
const [row] = await database.sql<{ pid: number }[]>`select pg_read_file('postmaster.pid', 0, 10)::text as pid`;
await database.close();
process.send?.({ url: server.url, databasePid: Number.parseInt(String(row?.pid), 10) });
process.once('message', () => void server.stop().then(() => process.disconnect()));
// Whoever measures may have failed.
process.once('disconnect', () => void server.stop());
