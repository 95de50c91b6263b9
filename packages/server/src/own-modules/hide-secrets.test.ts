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
