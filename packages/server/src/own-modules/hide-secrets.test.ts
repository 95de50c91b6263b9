import { expect, it } from 'vitest';
import { z } from 'zod';
import { hideSecrets } from './hide-secrets.ts';

const secret = z.string().meta({ secret: true });
const schema = z.toJSONSchema(
  z.strictObject({
    greeting: z.string(),
    key: secret.optional(),
    door: z.strictObject({ code: secret.default('0000'), colour: z.string() }).prefault({ colour: 'red' }),
    doors: z.array(z.strictObject({ code: secret })),
    users: z.record(z.string(), secret),
    either: z.union([z.number(), z.strictObject({ token: secret })]),
    pair: z.tuple([z.string(), secret]),
  }),
  { io: 'input', unrepresentable: 'any' },
) as Parameters<typeof hideSecrets>[1];

it('what a schema calls a secret is hidden wherever it stands, and nothing else', () => {
  const open = { greeting: 'Oi', door: { colour: 'blue' }, doors: [{}], users: {}, either: 1, pair: ['a'] };
  expect(hideSecrets(open, schema)).toEqual(open);
  const told = hideSecrets(
    {
      greeting: 'Oi',
      key: 'hush',
      door: { code: 'hush', colour: 'red' },
      doors: [{ code: 'hush' }, { code: 'hush' }],
      users: { ana: 'hush' },
      either: { token: 'hush' },
      pair: ['a', 'hush'],
    },
    schema,
  );
  expect(JSON.stringify(told)).not.toContain('hush');
  expect(told).toMatchObject({
    greeting: 'Oi',
    key: '******',
    door: { code: '******', colour: 'red' },
    pair: ['a', '******'],
  });
});

it('what is described once, or by itself, is hidden wherever that is meant', () => {
  const token = z.string().meta({ id: 'hideSecretsToken', secret: true });
  const door = z.strictObject({ code: secret }).meta({ id: 'hideSecretsDoor' });
  const room = z.strictObject({
    token: token.optional(),
    door: door.optional(),
    get rooms() {
      return z.record(z.string(), room).optional();
    },
  });
  const described = z.toJSONSchema(room, { io: 'input' }) as Parameters<typeof hideSecrets>[1];
  expect(JSON.stringify(described).match(/"\$ref"/g)).toHaveLength(3);
  const value = { rooms: { hall: { token: 'hush', rooms: { attic: { door: { code: 'hush' } } } } } };
  expect(hideSecrets(value, described)).toEqual({
    rooms: { hall: { token: '******', rooms: { attic: { door: { code: '******' } } } } },
  });
});

it('a schema that stands for itself has an end, and a name is no method', () => {
  const names: Parameters<typeof hideSecrets>[1] = { additionalProperties: { secret: true } };
  expect(hideSecrets({ constructor: 'hush' }, names)).toEqual({ constructor: '******' });
  expect(hideSecrets('Oi', { anyOf: [{ $ref: '#' }] })).toBe('Oi');
});
