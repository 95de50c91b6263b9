import { expect, it } from 'vitest';
import { z } from 'zod';
import { defineModule, defineOp, defineRoute } from './define.ts';

const route = {
  name: 'guestbook.add',
  method: 'POST',
  path: '/api/v1/guestbook',
  summary: 'Writes an entry.',
  auth: 'user',
  body: z.strictObject({ text: z.string() }),
  answers: { 201: z.object({ id: z.number() }), 204: null },
  faults: ['not_found'],
} as const;
const op = { name: 'wave', summary: 'Waves.', data: z.object({}), reply: z.object({}), faults: [] } as const;
const setup = (): void => undefined;

/** Without a field, or with others: as JavaScript would have it. */
const but = <T extends object>(whole: T, changes: object): T => ({ ...whole, ...changes });
const without = (key: string, whole: object): never =>
  Object.fromEntries(Object.entries(whole).filter(([name]) => name !== key)) as never;

it('takes what is as it is to be, and gives it back', () => {
  expect(defineRoute(route)).toBe(route);
  expect(defineOp(op)).toBe(op);
  expect(defineModule({ name: 'guestbook', contract: 1, setup })).toMatchObject({ name: 'guestbook', needs: {} });
});

it.each<[string, object]>([
  ['route guestbook.add: there is no field `sumary`; did you mean `summary`?', { summary: undefined, sumary: 'x' }],
  ['route guestbook.add: there is no field `colour`; there are name, method, path', { colour: 'red' }],
  ["route guestbook.add: `method` is to be 'GET' or 'POST'", { method: 'post' }],
  ["route guestbook.add: `path` is to be a text that begins with /, and is 'api'", { path: 'api' }],
  ['route guestbook.add: `summary` is to be a text, and is 5', { summary: 5 }],
  ["route guestbook.add: `auth` is to be 'user' or 'none', and is true", { auth: true }],
  ['route guestbook.add: `query` is to be a z.object({ … }), and is another schema', { query: z.string() }],
  ['route guestbook.add: `body` is to be a schema of zod, and is { text }', { body: { text: 'string' } }],
  ['route guestbook.add: `answers` is to be an object of statuses', { answers: { ok: null } }],
  ['route guestbook.add: `answers` is to be an object of statuses', { answers: [] }],
  ['route guestbook.add: `faults` is to be a list of codes of the API', { faults: ['no_such_code'] }],
  ['a route: `name` is to be', { name: '' }],
])('%s', (message, changes) => {
  expect(() => defineRoute(but(route, changes))).toThrow(message);
  expect(() => defineRoute(but(route, changes))).toThrow(TypeError);
});

it('names what is missing, for ops and modules too', () => {
  for (const key of ['method', 'path', 'summary', 'auth', 'answers', 'faults'])
    expect(() => defineRoute(without(key, route))).toThrow(`route guestbook.add: \`${key}\` is missing`);
  expect(() => defineRoute(without('name', route))).toThrow('a route: `name` is missing');
  expect(() => defineOp(without('reply', op))).toThrow('op wave: `reply` is missing');
  expect(() => defineOp(but(op, { sumary: '' }))).toThrow('op wave: there is no field `sumary`');
  expect(() => defineModule({ name: 'guestbook' } as never)).toThrow('module guestbook: `setup` is missing');
  const typo = { name: 'guestbook', contract: 1, setup, setings: z.strictObject({}) };
  expect(() => defineModule(typo)).toThrow('module guestbook: there is no field `setings`; did you mean `settings`?');
  expect(() => defineModule(undefined as never)).toThrow('a module is defined by an object, and not by undefined');
});
