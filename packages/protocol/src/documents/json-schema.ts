/** The part of JSON Schema (draft 2020-12, and draft-07 where the two agree) that the documents use. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

export type JsonSchemas = Readonly<Record<string, JsonSchema>>;

/** Where both kinds of document keep what they share. */
export const componentPrefix = '#/components/schemas/';

export const refTo = (name: string): JsonSchema => ({ $ref: componentPrefix + name });

/** The name of the shared schema that this one is, also where a description stands beside the reference. */
export const sharedName = (schema: JsonSchema): string | undefined => {
  const ref = schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0]?.$ref : undefined);
  return ref?.startsWith(componentPrefix) ? ref.slice(componentPrefix.length) : undefined;
};

/** The schema itself, or the shared one that it refers to. */
export const resolve = (schema: JsonSchema, shared: JsonSchemas): JsonSchema => {
  const name = sharedName(schema);
  const target = name === undefined ? undefined : shared[name];
  return target ? resolve(target, shared) : schema;
};

/** The same by name, so that a document does not depend on the order of its parts. */
export const sorted = (schemas: JsonSchemas): JsonSchemas =>
  Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
