import { createLog, startEmbeddedServer } from '@messox/server';
import { settingsSchema } from '@messox/server/project';

/**
 * One server with everything in it, for a test that kills it. Words: folder, port, limits as JSON. It ends with 3 when its database
 * did.
 */
const [dir = '', port = '0', limits = '{}'] = process.argv.slice(2);
const settings = settingsSchema.parse({ server: { port: Number(port) }, limits: JSON.parse(limits) as unknown });
const log = createLog({ level: 'warn', destination: process.stderr });
const secrets = {
  databasePassword: process.env.FAULTS_DATABASE_PASSWORD ?? '',
  tokenKey: process.env.FAULTS_TOKEN_KEY ?? '',
};
const server = await startEmbeddedServer({ dir, settings, secrets, log });
process.once('SIGTERM', () => void server.stop());
void server.failed.then((why) => {
  log.error(why);
  process.exit(3);
});
