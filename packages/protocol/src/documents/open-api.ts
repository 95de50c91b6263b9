import type { z } from 'zod';
import type { Method, RouteContract } from '../contract.ts';
import { type FaultCode, faultCodes, faults } from '../faults.ts';
import { routeFaults } from './common-faults.ts';
import { exampleOf } from './example.ts';
import { problem } from './frames.ts';
import { contractTables, conventions, type DocumentInfo, restAbout } from './info.ts';
import { refTo, sorted } from './json-schema.ts';
import type { MediaType, OpenApiDocument, Operation, Parameter, Reference, Response } from './open-api-document.ts';
import { type SchemaSet, schemaSet } from './schema-set.ts';

const json = 'application/json';
const problemJson = 'application/problem+json';
const answerTexts: Readonly<Record<number, string>> = { 200: 'Done.', 201: 'Made.', 204: 'Done; no body.' };

const nounOf = (route: RouteContract): string => route.name.split('.', 1)[0] ?? route.name;

const parametersOf = (schemas: SchemaSet, schema: z.ZodType | undefined, where: Parameter['in']): Parameter[] => {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemas.convert(schema, 'input');
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    ...(property.description === undefined ? {} : { description: property.description }),
    schema: property,
  }));
};

const refusal = (codes: readonly FaultCode[]): Response => {
  const narrowed = { type: 'object', properties: { code: { type: 'string', enum: codes } } };
  return {
    description: codes.map((code) => `\`${code}\`: ${faults[code].message}`).join('\n\n'),
    content: { [problemJson]: { schema: { allOf: [refTo('problem'), narrowed] } } },
  };
};

/** One answer a status; where that is one code only, it is shared. */
const refusals = (codes: readonly FaultCode[]): Record<string, Response | Reference> => {
  const statuses = new Set(codes.map((code) => faults[code].status));
  return Object.fromEntries(
    [...statuses].map((status) => {
      const group = codes.filter((code) => faults[code].status === status);
      return [status, group.length === 1 ? { $ref: `#/components/responses/${group.join()}` } : refusal(group)];
    }),
  );
};

/** The shared answers that the calls refer to. */
const sharedRefusals = (operations: readonly Operation[]): Record<string, Response> => {
  const used = new Set(
    operations.flatMap(({ responses }) => Object.values(responses)).flatMap((it) => ('$ref' in it ? [it.$ref] : [])),
  );
  return Object.fromEntries(
    faultCodes.filter((code) => used.has(`#/components/responses/${code}`)).map((code) => [code, refusal([code])]),
  );
};

const media = (schemas: SchemaSet, schema: z.ZodType, io: 'input' | 'output'): Record<string, MediaType> => {
  const converted = schemas.convert(schema, io);
  return { [json]: { schema: converted, example: exampleOf(converted, schemas.shared, io === 'input') } };
};

const answers = (schemas: SchemaSet, route: RouteContract): Record<string, Response> =>
  Object.fromEntries(
    Object.entries(route.answers).map(([status, schema]) => [
      status,
      {
        description: answerTexts[Number(status)] ?? 'Done.',
        ...(schema ? { content: media(schemas, schema, 'output') } : {}),
      },
    ]),
  );

const operation = (schemas: SchemaSet, route: RouteContract): Operation => {
  const parameters = [...parametersOf(schemas, route.params, 'path'), ...parametersOf(schemas, route.query, 'query')];
  const codes = routeFaults(route);
  return {
    operationId: route.name,
    summary: route.summary,
    tags: [nounOf(route)],
    security: route.auth === 'user' ? [{ bearer: [] }] : [],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body ? { requestBody: { required: true, content: media(schemas, route.body, 'input') } } : {}),
    responses: { ...answers(schemas, route), ...refusals(codes) },
    'x-faults': codes,
  };
};

const methodOrder: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

const byPath = (a: RouteContract, b: RouteContract): number =>
  a.path === b.path ? methodOrder.indexOf(a.method) - methodOrder.indexOf(b.method) : a.path < b.path ? -1 : 1;

/**
 * The OpenAPI document of these calls, ordered by path.
 * @throws Error when two calls have one name, or one method and path, or two different schemas one name
 */
export const openApiDocument = (routes: readonly RouteContract[], info: DocumentInfo): OpenApiDocument => {
  const schemas = schemaSet('draft-2020-12');
  schemas.convert(problem, 'output');
  const paths: Record<string, Record<string, Operation>> = {};
  const operations = new Map<string, Operation>();
  for (const route of routes.toSorted(byPath)) {
    const methods = (paths[route.path] ??= {});
    const method = route.method.toLowerCase();
    if (methods[method] || operations.has(route.name))
      throw new Error(`${route.name} (${route.method} ${route.path}) is declared twice.`);
    methods[method] = operation(schemas, route);
    operations.set(route.name, methods[method]);
  }
  const tags = new Set([...operations.values()].flatMap((it) => it.tags));
  return {
    openapi: '3.1.1',
    info: { title: info.title ?? 'messox', version: info.version, description: `${restAbout}\n\n${conventions}` },
    servers: [{ url: info.url ?? '/' }],
    tags: [...tags].map((name) => ({ name })),
    paths,
    components: {
      schemas: sorted(schemas.shared),
      responses: sharedRefusals([...operations.values()]),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'The access token of `auth.register`, `auth.login` or `auth.refresh`.',
        },
      },
    },
    ...contractTables(info),
  };
};
