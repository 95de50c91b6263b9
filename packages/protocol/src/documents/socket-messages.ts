import type { EventContract, OpContract } from '../contract.ts';
import { type FaultCode, faults } from '../faults.ts';
import type { Message } from './async-api-document.ts';
import { opFaults } from './common-faults.ts';
import { exampleOf } from './example.ts';
import { type JsonSchema, refTo } from './json-schema.ts';
import type { SchemaSet } from './schema-set.ts';

const id = refTo('requestId');
const correlationId = { location: '$message.payload#/id' };

const frame = (properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});

const message = (name: string, summary: string, payload: JsonSchema, example: unknown): Message => ({
  name,
  summary,
  contentType: 'application/json',
  payload,
  ...(payload.properties?.id ? { correlationId } : {}),
  examples: [{ payload: example }],
});

const errorSchema = (codes: readonly FaultCode[]): JsonSchema => ({
  allOf: [refTo('error'), { type: 'object', properties: { code: { type: 'string', enum: codes } } }],
});

/** The request of an op and its two replies. */
export const opMessages = (schemas: SchemaSet, op: OpContract): Message[] => {
  const data = schemas.convert(op.data, 'input');
  const reply = schemas.convert(op.reply, 'output');
  const codes = opFaults(op);
  const [code = 'internal'] = codes;
  return [
    message(`${op.name}.request`, op.summary, frame({ id, op: { type: 'string', const: op.name }, data }), {
      id: 1,
      op: op.name,
      data: exampleOf(data, schemas.shared, true),
    }),
    message(
      `${op.name}.ok`,
      `The reply to \`${op.name}\`.`,
      frame({ id, ok: { type: 'boolean', const: true }, data: reply }),
      { id: 1, ok: true, data: exampleOf(reply, schemas.shared, false) },
    ),
    message(
      `${op.name}.error`,
      `\`${op.name}\` was refused.`,
      frame({ id, ok: { type: 'boolean', const: false }, error: errorSchema(codes) }),
      { id: 1, ok: false, error: { code, message: faults[code].message } },
    ),
  ];
};

export const eventMessage = (schemas: SchemaSet, event: EventContract): Message => {
  const data = schemas.convert(event.data, 'output');
  return message(`event.${event.name}`, event.summary, frame({ event: { type: 'string', const: event.name }, data }), {
    event: event.name,
    data: exampleOf(data, schemas.shared, false),
  });
};
