import type { EventContract, OpContract } from '../contract.ts';
import { closeCodes, faults } from '../faults.ts';
import { request, socketPath, subprotocol } from '../ops.ts';
import type { AsyncApiDocument, Reference, SocketOperation } from './async-api-document.ts';
import { opFaults, upgradeFaults } from './common-faults.ts';
import { replyError } from './frames.ts';
import { contractTables, conventions, type DocumentInfo, socketAbout } from './info.ts';
import { sorted } from './json-schema.ts';
import { schemaSet } from './schema-set.ts';
import { eventMessage, opMessages } from './socket-messages.ts';

const channelRef: Reference = { $ref: '#/channels/socket' };
const inChannel = (name: string): Reference => ({ $ref: `#/channels/socket/messages/${name}` });
const bearerRef: Reference = { $ref: '#/components/securitySchemes/bearer' };

const opOperation = (op: OpContract): SocketOperation => ({
  action: 'receive',
  channel: channelRef,
  summary: op.summary,
  messages: [inChannel(`${op.name}.request`)],
  reply: { channel: channelRef, messages: [inChannel(`${op.name}.ok`), inChannel(`${op.name}.error`)] },
  'x-faults': opFaults(op),
});

const eventOperation = (event: EventContract): SocketOperation => ({
  action: 'send',
  channel: channelRef,
  summary: event.summary,
  messages: [inChannel(`event.${event.name}`)],
});

/** A server at a URL; without one, the reader fills in the host. */
const server = (url: string | undefined): Readonly<Record<string, unknown>> => {
  const security = [bearerRef];
  if (url === undefined)
    return {
      host: '{host}',
      protocol: 'wss',
      variables: { host: { default: 'localhost', description: 'Where the server is reached.' } },
      security,
    };
  const { host, protocol, pathname } = new URL(url);
  return {
    host,
    protocol: protocol === 'http:' ? 'ws' : 'wss',
    ...(pathname === '/' ? {} : { pathname }),
    security,
  };
};

const upgradeHeaders = {
  type: 'object',
  properties: {
    'Sec-WebSocket-Protocol': { type: 'string', const: subprotocol },
    Authorization: {
      type: 'string',
      pattern: '^Bearer .+$',
      description: 'Where a client can set it: instead of `token` in `hello`.',
    },
  },
  required: ['Sec-WebSocket-Protocol'],
};

const channelAbout = [
  `A WebSocket with the subprotocol \`${subprotocol}\`. The server may refuse the upgrade with an HTTP answer:`,
  ...upgradeFaults.map((code) => `- ${faults[code].status} \`${code}\`: ${faults[code].message}`),
  '',
  'It closes a socket with these codes:',
  ...Object.values(closeCodes).map(({ code, about }) => `- ${code}: ${about}`),
].join('\n');

/** By name, but `hello` comes first on the wire and so here. */
const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  Number(b.name === 'hello') - Number(a.name === 'hello') || (a.name < b.name ? -1 : 1);

/**
 * The AsyncAPI document of these ops and events.
 * @throws Error when two ops or two events have one name, or two different schemas one name; TypeError for a bad `url`
 */
export const asyncApiDocument = (
  ops: readonly OpContract[],
  events: readonly EventContract[],
  info: DocumentInfo,
): AsyncApiDocument => {
  const schemas = schemaSet('draft-07');
  schemas.convert(request.shape.id, 'input');
  schemas.convert(replyError, 'output');
  const inOrder = { ops: ops.toSorted(byName), events: events.toSorted(byName) };
  const messages = [
    ...inOrder.ops.flatMap((op) => opMessages(schemas, op)),
    ...inOrder.events.map((event) => eventMessage(schemas, event)),
  ];
  const names = messages.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`${twice} is declared twice.`);
  return {
    asyncapi: '3.0.0',
    info: { title: info.title ?? 'messox', version: info.version, description: `${socketAbout}\n\n${conventions}` },
    defaultContentType: 'application/json',
    servers: { messox: server(info.url) },
    channels: {
      socket: {
        address: socketPath,
        description: channelAbout,
        servers: [{ $ref: '#/servers/messox' }],
        messages: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
        'x-faults': upgradeFaults,
        bindings: { ws: { method: 'GET', headers: upgradeHeaders, bindingVersion: '0.1.0' } },
      },
    },
    operations: Object.fromEntries([
      ...inOrder.ops.map((op) => [op.name, opOperation(op)] as const),
      ...inOrder.events.map((event) => [`event.${event.name}`, eventOperation(event)] as const),
    ]),
    components: {
      schemas: sorted(schemas.shared),
      messages: Object.fromEntries(messages.map((entry) => [entry.name, entry])),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description:
            'The access token of a login: in the `Authorization` header of the upgrade, or as `token` in `hello`.',
        },
      },
    },
    'x-close-codes': { ...closeCodes },
    ...contractTables(info),
  };
};
