import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineRoute } from '../contract.ts';
import { contract } from './contract.ts';
import { openApi } from './testing.ts';
import { openApiDocument } from './open-api.ts';

const copy = (value: unknown) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>;

const operations = Object.entries(openApi.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
);

describe('openApiDocument', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const result = await validator.validate(copy(openApi));
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
    expect(validator.version).toBe('3.1');
  });

  it('would be told that it is not', async () => {
    const broken = copy(openApi);
    broken.info = { title: 'no version' };
    expect((await new Validator().validate(broken)).valid).toBe(false);
  });

  it('holds only valid schemas of JSON Schema 2020-12', () => {
    const ajv = new Ajv2020();
    for (const [name, schema] of Object.entries(openApi.components.schemas))
      expect([name, ajv.validateSchema(schema)]).toEqual([name, true]);
  });

  it('has every call, and none besides', () => {
    const described = operations.map(({ path, method, operationId }) => `${operationId}: ${method} ${path}`);
    expect(described.sort()).toEqual(contract.routes.map((it) => `${it.name}: ${it.method} ${it.path}`).sort());
  });

  it.each(contract.routes)('describes $name as it is', (route) => {
    const operation = operations.find(({ operationId }) => operationId === route.name);
    expect(operation?.summary).toBe(route.summary);
    expect(operation?.security).toEqual(route.auth === 'user' ? [{ bearer: [] }] : []);
    expect(operation?.requestBody !== undefined).toBe(route.body !== undefined);
    const named = (where: string) =>
      operation?.parameters?.filter((it) => it.in === where).map(({ name }) => name) ?? [];
    expect(named('path')).toEqual(Object.keys(route.params?.shape ?? {}));
    expect(named('path').sort()).toEqual([...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort());
    expect(named('query')).toEqual(Object.keys(route.query?.shape ?? {}));
    // What has a default may be left out.
    const needed = Object.entries<z.ZodType>(route.query?.shape ?? {}).filter(
      ([, schema]) => !schema.safeParse(undefined).success,
    );
    const required = operation?.parameters?.filter((it) => it.in === 'query' && it.required) ?? [];
    expect(required.map(({ name }) => name)).toEqual(needed.map(([name]) => name));
    expect(Object.keys(operation?.responses ?? {})).toEqual(expect.arrayContaining(Object.keys(route.answers)));
    expect(operation?.['x-faults']).toEqual(expect.arrayContaining([...route.faults]));
  });

  it('answers each fault under its own status', () => {
    for (const operation of operations) {
      const text = JSON.stringify(
        Object.entries(operation.responses).map(([status, it]) =>
          '$ref' in it ? [status, openApi.components.responses[it.$ref.split('/').at(-1) ?? '']] : [status, it],
        ),
      );
      for (const code of operation['x-faults']) expect(text).toContain(`\`${code}\`: `);
    }
  });

  it("shows the server's own limits", () => {
    const { 'x-limits': limits } = openApiDocument([], { version: '1', limits: { frameBytes: 1_000 } });
    expect(limits.frameBytes).toMatchObject({ value: 1_000, default: 65_536 });
  });
});

describe('openApiDocument of routes of a module', () => {
  const route = defineRoute({
    name: 'polls.list',
    method: 'GET',
    path: '/api/v1/polls',
    summary: 'Polls.',
    auth: 'user',
    answers: { 200: z.object({ polls: z.json(), closed: z.date() }) },
    faults: [],
  });
  const isValid = async (document: unknown) => (await new Validator().validate(copy(document))).valid;

  it('takes recursion without a name and what JSON cannot say', async () => {
    const document = openApiDocument([...contract.routes, route], { version: '1' });
    expect(await isValid(document)).toBe(true);
    expect(Object.keys(document.components.schemas)).toContain('part1');
  });

  it('refuses a name, or a method and path, that is taken', () => {
    expect(() => openApiDocument([route, { ...route, path: '/other' }], { version: '1' })).toThrow('polls.list');
    expect(() => openApiDocument([route, { ...route, name: 'polls.all' }], { version: '1' })).toThrow('declared twice');
  });

  it('refuses the name of another schema', () => {
    const user = z.object({ shoeSize: z.int() });
    const answers = { 200: z.object({ user: user.register(z.globalRegistry, { id: 'user' }) }) };
    expect(() => openApiDocument([...contract.routes, { ...route, answers }], { version: '1' })).toThrow("'user'");
  });
});
