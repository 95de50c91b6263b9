import specs from '@asyncapi/specs';
import { Ajv, type SchemaObject } from 'ajv';
import { describe, expect, it } from 'vitest';
import { closeCodes } from '../faults.ts';
import { asyncApiDocument } from './async-api.ts';
import { contract } from './contract.ts';
import { asyncApi } from './testing.ts';

const validate = new Ajv({ strict: false, validateFormats: false }).compile<object>(
  specs.schemasWithoutId['3.0.0'] as SchemaObject,
);

const errorsOf = (document: unknown) => {
  validate(JSON.parse(JSON.stringify(document)));
  return validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`) ?? [];
};

describe('asyncApiDocument', () => {
  it('is valid AsyncAPI 3.0', () => {
    expect(errorsOf(asyncApi)).toEqual([]);
  });

  it('is valid AsyncAPI 3.0 also without a URL', () => {
    expect(errorsOf(asyncApiDocument(contract.ops, contract.events, { version: '1' }))).toEqual([]);
  });

  it('would be told that it is not', () => {
    expect(errorsOf({ ...asyncApi, info: { title: 'no version' } })).not.toEqual([]);
    const { hello } = asyncApi.operations;
    expect(errorsOf({ ...asyncApi, operations: { hello: { ...hello, action: 'shout' } } })).not.toEqual([]);
  });

  it('holds only valid schemas of JSON Schema draft-07', () => {
    const ajv = new Ajv();
    for (const [name, schema] of Object.entries(asyncApi.components.schemas))
      expect([name, ajv.validateSchema(schema)]).toEqual([name, true]);
    for (const { name, payload } of Object.values(asyncApi.components.messages))
      expect([name, ajv.validateSchema(payload)]).toEqual([name, true]);
  });

  it('has every op and event, and none besides', () => {
    const names = [...contract.ops.map(({ name }) => name), ...contract.events.map(({ name }) => `event.${name}`)];
    expect(Object.keys(asyncApi.operations).sort()).toEqual(names.sort());
  });

  it.each(contract.ops)('describes the op $name as it is', (op) => {
    const operation = asyncApi.operations[op.name];
    expect(operation).toMatchObject({ action: 'receive', summary: op.summary });
    expect(operation?.messages).toEqual([{ $ref: `#/channels/socket/messages/${op.name}.request` }]);
    expect(operation?.reply?.messages).toHaveLength(2);
    expect(operation?.['x-faults']).toEqual(expect.arrayContaining([...op.faults]));
    const { messages } = asyncApi.components;
    expect(messages[`${op.name}.request`]?.payload.properties?.op?.const).toBe(op.name);
    expect(messages[`${op.name}.ok`]?.payload.properties?.ok?.const).toBe(true);
    const error = JSON.stringify(messages[`${op.name}.error`]?.payload);
    for (const code of operation?.['x-faults'] ?? []) expect(error).toContain(`"${code}"`);
  });

  it.each(contract.events)('describes the event $name as it is', (event) => {
    const operation = asyncApi.operations[`event.${event.name}`];
    expect(operation).toMatchObject({ action: 'send', summary: event.summary });
    expect(asyncApi.components.messages[`event.${event.name}`]?.payload.properties?.event?.const).toBe(event.name);
  });

  it('has every close code, also in words', () => {
    expect(asyncApi['x-close-codes']).toEqual(closeCodes);
    const { description } = asyncApi.channels.socket;
    expect([...description.matchAll(/\b4\d{3}\b/g)].map(([code]) => Number(code))).toEqual(
      Object.values(closeCodes).map(({ code }) => code),
    );
  });

  it.each([
    ['https://chat.example.org', { host: 'chat.example.org', protocol: 'wss' }],
    ['http://127.0.0.1:8080', { host: '127.0.0.1:8080', protocol: 'ws' }],
    ['https://example.org/chat', { host: 'example.org', protocol: 'wss', pathname: '/chat' }],
  ])('names the server at %s', (url, server) => {
    expect(asyncApiDocument([], [], { version: '1', url }).servers.messox).toMatchObject(server);
  });

  it('refuses a URL that is none', () => {
    expect(() => asyncApiDocument([], [], { version: '1', url: 'chat' })).toThrow(TypeError);
  });

  it('refuses a name that is taken', () => {
    expect(() => asyncApiDocument([...contract.ops, ...contract.ops.slice(0, 1)], [], { version: '1' })).toThrow(
      'declared twice',
    );
  });
});
