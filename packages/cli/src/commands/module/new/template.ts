/** The file of a module, by its path in the folder of the module. */
export type ModuleFiles = Readonly<Record<string, string>>;

const migration = (prefix: string): string => `create table ${prefix}_entries (
  id bigint generated always as identity primary key,
  user_id bigint not null references users (id) on delete cascade,
  text text not null,
  written_at timestamptz not null default now()
);
`;

const code = (
  name: string,
  prefix: string,
): string => `import { answer, defineModule, defineRoute, z } from '@messox/server/module';

const addEntry = defineRoute({
  name: '${name}.add',
  method: 'POST',
  path: '/api/v1/${name}',
  summary: 'Writes an entry.',
  auth: 'user',
  body: z.strictObject({ text: z.string().min(1).max(500) }),
  answers: { 201: z.object({ id: z.number(), greeting: z.string() }) },
  faults: [],
});

const listEntries = defineRoute({
  name: '${name}.list',
  method: 'GET',
  path: '/api/v1/${name}',
  summary: 'The last ten entries.',
  auth: 'none',
  answers: { 200: z.object({ entries: z.array(z.string()) }) },
  faults: [],
});

export default defineModule({
  name: '${name}',
  contract: 1,
  settings: z.strictObject({
    greeting: z.string().default('Welcome').meta({ description: 'What is said to whoever writes an entry.' }),
  }),
  setup: (host) => {
    host.route(addEntry, async ({ body, user }) => {
      const [entry] = await host.sql\`
        insert into ${prefix}_entries (user_id, text) values (\${user.userId}, \${body.text}) returning id\`;
      return answer(201, { id: entry.id, greeting: host.settings.greeting });
    });
    host.route(listEntries, async () => {
      const rows = await host.sql\`select text from ${prefix}_entries order by id desc limit 10\`;
      return answer(200, { entries: rows.map(({ text }) => text) });
    });
  },
});
`;

const test = (name: string): string => `import assert from 'node:assert/strict';
import { test } from 'node:test';

// The server that runs with this module.
const url = process.env.MESSOX_URL ?? 'http://127.0.0.1:8080';

test('anybody reads the entries, and nobody writes one without an account', async () => {
  const read = await fetch(\`\${url}/api/v1/${name}\`);
  assert.equal(read.status, 200);
  assert.ok(Array.isArray((await read.json()).entries));
  const written = await fetch(\`\${url}/api/v1/${name}\`, { method: 'POST' });
  assert.equal(written.status, 401);
});
`;

/** A module that works: calls of the API, a table, a setting and a test. The guide of modules shows the same. */
export const moduleFiles = (name: string): ModuleFiles => {
  const prefix = name.replaceAll('-', '_');
  return {
    'migrations/0001-entries.sql': migration(prefix),
    'index.mjs': code(name, prefix),
    'index.test.mjs': test(name),
  };
};
