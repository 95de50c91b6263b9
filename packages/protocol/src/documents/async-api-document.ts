import type { ContractTables } from './info.ts';
import type { JsonSchema, JsonSchemas } from './json-schema.ts';

export interface Reference {
  readonly $ref: string;
}
export interface Message {
  readonly name: string;
  readonly summary: string;
  readonly contentType: 'application/json';
  readonly payload: JsonSchema;
  readonly correlationId?: { readonly location: string };
  readonly examples?: readonly { readonly payload: unknown }[];
}
export interface SocketOperation {
  /** Of the server: it receives requests and sends events. */
  readonly action: 'receive' | 'send';
  readonly channel: Reference;
  readonly summary: string;
  readonly messages: readonly Reference[];
  readonly reply?: { readonly channel: Reference; readonly messages: readonly Reference[] };
  /** Every fault of the op, its own first. */
  readonly 'x-faults'?: readonly string[];
}
export interface DocumentedClose {
  readonly code: number;
  readonly about: string;
}
export interface SocketChannel {
  readonly address: string;
  readonly description: string;
  readonly servers: readonly Reference[];
  readonly messages: Readonly<Record<string, Reference>>;
  readonly bindings: unknown;
  /** Every fault that the upgrade can be refused with. */
  readonly 'x-faults': readonly string[];
}
/** An AsyncAPI 3.0 document (https://www.asyncapi.com/docs/reference/specification/v3.0.0), as far as it is used here. */
export interface AsyncApiDocument extends ContractTables {
  readonly asyncapi: '3.0.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly defaultContentType: 'application/json';
  readonly servers: Readonly<Record<string, unknown>>;
  readonly channels: { readonly socket: SocketChannel };
  readonly operations: Readonly<Record<string, SocketOperation>>;
  readonly components: {
    readonly schemas: JsonSchemas;
    readonly messages: Readonly<Record<string, Message>>;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
  readonly 'x-close-codes': Readonly<Record<string, DocumentedClose>>;
}
