import type { AsyncApiDocument, Message, SocketOperation } from './async-api-document.ts';
import type { JsonSchemas } from './json-schema.ts';
import type { OpenApiDocument, Operation } from './open-api-document.ts';
import { anchor } from './anchors.ts';

export interface Call extends Operation {
  readonly method: string;
  readonly path: string;
}

export interface Op {
  readonly name: string;
  readonly operation: SocketOperation;
  readonly request: Message | undefined;
  readonly ok: Message | undefined;
}

export interface Event {
  readonly name: string;
  readonly message: Message;
}

/** Both documents, as the page reads them. */
export interface Site {
  readonly openApi: OpenApiDocument;
  readonly asyncApi: AsyncApiDocument;
  readonly calls: readonly Call[];
  readonly ops: readonly Op[];
  readonly events: readonly Event[];
  readonly shared: JsonSchemas;
  /** Names that a text may speak of, to where they are explained. */
  readonly anchors: ReadonlyMap<string, string>;
}

const callsOf = ({ paths }: OpenApiDocument): Call[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );

const opsOf = ({ components, operations }: AsyncApiDocument): Op[] =>
  Object.entries(operations)
    .filter(([, { action }]) => action === 'receive')
    .map(([name, operation]) => ({
      name,
      operation,
      request: components.messages[`${name}.request`],
      ok: components.messages[`${name}.ok`],
    }));

const eventsOf = ({ components }: AsyncApiDocument): Event[] =>
  Object.values(components.messages)
    .filter(({ name }) => name.startsWith('event.'))
    .map((message) => ({ name: message.name.slice('event.'.length), message }));

export const siteOf = (openApi: OpenApiDocument, asyncApi: AsyncApiDocument): Site => {
  const calls = callsOf(openApi);
  const ops = opsOf(asyncApi);
  const events = eventsOf(asyncApi);
  const anchors = new Map([
    ...Object.keys(asyncApi['x-limits']).map((name) => [name, anchor.limit(name)] as const),
    ...Object.keys(asyncApi['x-faults']).map((code) => [code, anchor.error(code)] as const),
    ...events.map(({ name }) => [name, anchor.event(name)] as const),
    ...ops.map(({ name }) => [name, anchor.op(name)] as const),
    ...calls.map(({ operationId }) => [operationId, anchor.call(operationId)] as const),
  ]);
  const shared = { ...asyncApi.components.schemas, ...openApi.components.schemas };
  return { openApi, asyncApi, calls, ops, events, shared, anchors };
};
