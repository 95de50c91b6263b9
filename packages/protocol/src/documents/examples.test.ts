import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { timelineEntry } from '../entries.ts';
import { type FaultCode, faults } from '../faults.ts';
import { contract } from './contract.ts';
import { asyncApi, follow, openApi } from './testing.ts';
import { exampleOf } from './example.ts';
import { problem } from './frames.ts';
import type { JsonSchema } from './json-schema.ts';

interface Case {
  readonly what: string;
  readonly zod: z.ZodType;
  readonly json: (value: unknown) => boolean;
  readonly examples: readonly unknown[];
}

// Not strict, since a document as a whole is no schema: its schemas are reached by pointers into it.
const rest = addFormats.default(new Ajv2020({ strict: false })).addSchema({ ...openApi, $id: 'rest' });
const socket = addFormats.default(new Ajv({ strict: false })).addSchema({ ...asyncApi, $id: 'socket' });

const caseOf = (what: string, zod: z.ZodType, pointer: string, shown?: unknown): Case => {
  const [ajv, document] = pointer.startsWith('rest') ? [rest, openApi] : [socket, asyncApi];
  const validate = ajv.compile({ $ref: pointer });
  const schema = follow(document, pointer.slice(pointer.indexOf('#'))) as JsonSchema;
  const made = [true, false].map((all) => exampleOf(schema, document.components.schemas, all));
  return { what, zod, json: (value) => validate(value), examples: shown === undefined ? made : [shown, ...made] };
};

const media = 'content/application~1json/schema';

const routeCases = contract.routes.flatMap((route) => {
  const method = route.method.toLowerCase();
  const at = `rest#/paths/${route.path.replaceAll('/', '~1')}/${method}`;
  const operation = openApi.paths[route.path]?.[method];
  const body = operation?.requestBody?.content['application/json']?.example;
  return [
    ...(route.body ? [caseOf(`${route.name} body`, route.body, `${at}/requestBody/${media}`, body)] : []),
    ...Object.entries(route.answers).flatMap(([status, schema]) =>
      schema ? [caseOf(`${route.name} ${status}`, schema, `${at}/responses/${status}/${media}`)] : [],
    ),
  ];
});

const payload = (message: string) => asyncApi.components.messages[message]?.examples?.[0]?.payload as { data: unknown };
const dataOf = (what: string, zod: z.ZodType, message: string) =>
  caseOf(what, zod, `socket#/components/messages/${message}/payload/properties/data`, payload(message).data);

const cases = [
  ...routeCases,
  ...contract.ops.flatMap((op) => [
    dataOf(`${op.name} data`, op.data, `${op.name}.request`),
    dataOf(`${op.name} reply`, op.reply, `${op.name}.ok`),
  ]),
  ...contract.events.map((event) => dataOf(event.name, event.data, `event.${event.name}`)),
  ...timelineEntry.options.map((option, at) =>
    caseOf(option.shape.kind.value, option, `socket#/components/schemas/timelineEntry/oneOf/${at}`),
  ),
];

const wrongValues = [null, true, -1, 0, 1.5, 2 ** 53, '', 'x', 'x'.repeat(20_000), [], [null], {}, { x: null }];

/** The example with one field, at any depth, left out or changed. */
function* spoilt(value: unknown): Generator {
  yield* wrongValues;
  if (typeof value !== 'object' || value === null) return;
  const copy = (key: string, changed: unknown): unknown =>
    Array.isArray(value) ? value.with(Number(key), changed) : { ...value, [key]: changed };
  for (const [key, child] of Object.entries(value)) {
    if (!Array.isArray(value)) yield Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
    // The bounds of what is inside of `meta` cannot be said in JSON Schema.
    for (const changed of key === 'meta' ? wrongValues : spoilt(child)) yield copy(key, changed);
  }
}

describe.each(cases)('$what', ({ zod, json, examples }) => {
  it('takes its examples, in the contract and in the document', () => {
    for (const example of examples) {
      expect(zod.safeParse(example).error?.issues, JSON.stringify(example)).toBeUndefined();
      expect(json(example), JSON.stringify(example)).toBe(true);
    }
  });

  it('refuses the same in the document as in the contract', () => {
    for (const value of spoilt(examples[0]))
      expect(json(value), JSON.stringify(value).slice(0, 300)).toBe(zod.safeParse(value).success);
  });
});

describe('whole frames', () => {
  it.each(Object.values(asyncApi.components.messages))('$name is as its example shows', ({ examples, name }) => {
    const validate = socket.compile({ $ref: `socket#/components/messages/${name}/payload` });
    for (const example of examples ?? []) expect([validate(example.payload), validate.errors]).toEqual([true, null]);
    expect(validate({ id: 1 })).toBe(false);
  });
});

describe('a refused call', () => {
  const operation = 'rest#/paths/~1api~1v1~1channels/post/responses/409/content/application~1problem+json/schema';
  const validate = rest.compile({ $ref: operation });
  const body = (code: FaultCode) => {
    const { message, status } = faults[code];
    return { type: 'about:blank', title: message, status, code, message, details: { max: 1_000 } };
  };

  it('has a body that the document and the schema take', () => {
    expect(problem.safeParse(body('group_full')).success).toBe(true);
    expect(validate(body('group_full'))).toBe(true);
  });

  it('has no code of another call', () => {
    expect(validate(body('username_taken'))).toBe(false);
  });
});

describe('the checks above', () => {
  const sent = cases.find(({ what }) => what === 'message.send data');
  it('see refusals', () => {
    const values = [...spoilt(sent?.examples[0])];
    expect(values.filter((value) => sent?.json(value) === false).length).toBeGreaterThan(30);
    expect(values.filter((value) => sent?.json(value) === true).length).toBeGreaterThan(0);
  });
});
