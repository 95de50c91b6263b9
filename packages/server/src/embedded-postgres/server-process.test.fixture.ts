// A server's process as the tests see it: starts PostgreSQL on the folder of its argument and tells what happens, a line of JSON each.
// SIGINT makes it ask the database something, SIGTERM stops it.
import postgres from 'postgres';
import { EmbeddedPostgresError, startEmbeddedPostgres } from './index.ts';

const [, , dataDir = '', password = ''] = process.argv;
const tell = (event: object): void => void process.stdout.write(`${JSON.stringify(event)}\n`);

try {
  const server = await startEmbeddedPostgres({
    dataDir,
    password,
    onLog: (log) => tell({ log }),
    onExit: (exit) => tell({ exit }),
  });
  process.once('SIGTERM', () => void server.stop().then(() => tell({ stopped: true })));
  process.on('SIGINT', () => {
    const sql = postgres({ ...server.connection, max: 1 });
    void sql`select 1 as one`.then(([row]) => tell({ answered: row?.one === 1 })).then(() => sql.end());
  });
  tell({ started: { pid: server.pid } });
} catch (error) {
  if (!(error instanceof EmbeddedPostgresError)) throw error;
  tell({ failed: { code: error.code, message: error.message, help: error.help } });
}
