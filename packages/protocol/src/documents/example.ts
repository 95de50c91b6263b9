import { type JsonSchema, type JsonSchemas, resolve, sharedName } from './json-schema.ts';

/** Values that read like the real thing, by the name of the field, or of what holds it and the field. */
const samples: Readonly<Record<string, unknown>> = {
  id: 7,
  'user.id': 1,
  'ownUser.id': 1,
  'session.id': 'Zk3vQm8xT1yYw5uRb0cN2g',
  userId: 2,
  senderId: 1,
  channelId: 7,
  memberIds: [2, 3],
  userIds: [2, 3],
  memberCount: 2,
  seq: 42,
  targetSeq: 42,
  replyTo: 41,
  head: 42,
  readSeq: 42,
  deliveredSeq: 42,
  cursors: { '7': 41 },
  heads: { '7': 42 },
  limits: { frameBytes: 65_536, textCodePoints: 10_000 },
  username: 'ana',
  displayName: 'Ana',
  password: 'correct horse',
  bio: 'Lisboa',
  name: 'Família',
  text: 'Olá, tudo bem?',
  emoji: '👍',
  meta: { 'app.example/colour': 'teal' },
  clientId: '3f2a9c1e-7b64-4d0a-9a51-0c8e2f6d7b10',
  sessionId: 'Zk3vQm8xT1yYw5uRb0cN2g',
  client: 'Ana’s laptop',
  'client.name': 'ana-web',
  'client.version': '1.0',
  epoch: 'pX4tR9aLq2Ws7dEf',
  invite: 'hV6kD3sQ9pZ1',
  token: 'eyJhbGciOi…',
  accessToken: 'eyJhbGciOi…',
  refreshToken: 'r1_8sD0fJ…',
  query: 'an',
  time: '2026-05-04T09:30:00.125Z',
  uuid: '3f2a9c1e-7b64-4d0a-9a51-0c8e2f6d7b10',
  expiresInMs: 900_000,
  heartbeatMs: 30_000,
  forMs: 5_000,
  inMs: 3_600_000,
  afterMs: 1_800,
};

const ofType = (schema: JsonSchema): unknown => {
  const types = [schema.type ?? 'null'].flat();
  if (types.includes('null')) return null;
  switch (types[0]) {
    case 'integer':
    case 'number':
      return schema.minimum ?? (schema.exclusiveMinimum ?? 0) + 1;
    case 'boolean':
      return true;
    case 'string':
      return 'text';
    case 'object':
      return {};
    default:
      return null;
  }
};

const lastOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

const jsonType = (value: unknown): string => {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value;
};

/** The sample for a field, if it is of the field's type. */
const sampleOf = (path: string, schema: JsonSchema): unknown => {
  const sample = samples[path] ?? samples[lastOf(path)];
  const types = [schema.type ?? []].flat().map((type) => (type === 'integer' ? 'number' : type));
  return types.includes(jsonType(sample)) ? sample : undefined;
};

/**
 * An example of what a schema takes.
 * @param all also optional fields
 * @param path of the field: what holds it, and its own name
 */
export const exampleOf = (schema: JsonSchema, shared: JsonSchemas, all: boolean, path = ''): unknown => {
  const actual = resolve(schema, shared);
  if (actual.const !== undefined) return actual.const;
  const branch = actual.oneOf?.[0];
  if (branch) return exampleOf(branch, shared, all, path);
  if (actual.properties) {
    const holder = sharedName(schema) ?? lastOf(path);
    return Object.fromEntries(
      Object.entries(actual.properties)
        .filter(([key]) => all || actual.required?.includes(key))
        .map(([key, value]) => [key, exampleOf(value, shared, all, holder ? `${holder}.${key}` : key)]),
    );
  }
  const sample = sampleOf(path, actual);
  if (sample !== undefined) return sample;
  if (actual.default !== undefined) return actual.default;
  if (actual.enum) return actual.enum[0];
  if (actual.items) return [exampleOf(actual.items, shared, all, path)];
  return actual.format === 'date-time' ? samples.time : ofType(actual);
};
