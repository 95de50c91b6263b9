import { expect, it } from 'vitest';
import { z } from 'zod';
import { type JsonSchema, settingsOf } from './setting.ts';

const secret = z.string().meta({ secret: true });
const once = z.string().meta({ id: 'settingTestOnce', secret: true });
const tree = z.strictObject({
  key: secret,
  get below() {
    return z.array(tree).optional();
  },
});
const open = z.strictObject({
  name: z.string(),
  get below() {
    return z.array(open).optional();
  },
});

it.each([
  ['a text', z.string(), false],
  ['a map of texts', z.record(z.string(), z.string()), false],
  ['what has itself within', open.shape.below, false],
  ['a secret', secret, true],
  ['a map of secrets', z.record(z.string(), secret), true],
  ['a list of secrets', z.array(secret), true],
  ['a list of objects with one', z.array(z.strictObject({ code: secret })), true],
  ['a pair with one', z.tuple([z.string(), secret]), true],
  ['one of two', z.union([z.number(), z.strictObject({ token: secret })]), true],
  ['both of two', z.intersection(z.looseObject({}), z.looseObject({ token: secret })), true],
  ['one that is described once', z.record(z.string(), once), true],
  ['one that has itself within', z.array(tree), true],
  ['one of a section that is secret as a whole', z.strictObject({ it: z.string() }).meta({ secret: true }), true],
])('the setting of %s', (_, of, isSecret) => {
  const schema = z.toJSONSchema(z.strictObject({ it: of, again: once.optional() }), { io: 'input' }) as JsonSchema;
  expect(settingsOf(schema, ['modules', 'painter']).map((setting) => setting.secret)).toEqual([isSecret, true]);
});
