import type { ContractTables } from './info.ts';
import type { JsonSchema, JsonSchemas } from './json-schema.ts';

export interface MediaType {
  readonly schema: JsonSchema;
  readonly example?: unknown;
}
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}
export interface Response {
  readonly description: string;
  readonly content?: Readonly<Record<string, MediaType>>;
}
export interface Reference {
  readonly $ref: string;
}
export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: true; readonly content: Readonly<Record<string, MediaType>> };
  readonly responses: Readonly<Record<string, Response | Reference>>;
  /** Every fault of the call, its own first. */
  readonly 'x-faults': readonly string[];
}
/** An OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1), as far as it is used here. */
export interface OpenApiDocument extends ContractTables {
  readonly openapi: '3.1.1';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: JsonSchemas;
    readonly responses: Readonly<Record<string, Response>>;
    readonly securitySchemes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
}
