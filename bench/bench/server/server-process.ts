import { createLog, startEmbeddedServer } from '@messox/server';
import { settingsSchema } from '@messox/server/project';

/** The server under load, in a process of its own. It says where it is and stops when it is told anything. */
const { dir, limits, port, secrets } = JSON.parse(process.env.MESSOX_BENCH_SERVER ?? '{}') as {
  dir: string;
  port: number;
  limits: Record<string, number>;
  secrets: { databasePassword: string; tokenKey: string };
};
const settings = settingsSchema.parse({ server: { port }, limits });
const log = createLog({ level: 'warn', destination: process.stderr });
const server = await startEmbeddedServer({ dir, settings, secrets, log });
process.send?.({ url: server.url, port: server.port });
process.once('message', () => void server.stop().then(() => process.disconnect()));
// Whoever measures may have failed.
process.once('disconnect', () => void server.stop());
