import { type JsonSchema, type JsonSchemas, resolve, sharedName } from './json-schema.ts';

/** A piece of a type's name; one with `shared` is the name of a shared schema. */
export interface TypePart {
  readonly text: string;
  readonly shared?: string;
}

/** One field as people read it. */
export interface Field {
  readonly name: string;
  readonly type: readonly TypePart[];
  readonly required: boolean;
  /** Bounds and default, in words. */
  readonly bounds: readonly string[];
  readonly description?: string;
  readonly fields: readonly Field[];
}

const plain = (text: string): TypePart[] => [{ text }];

const joined = (parts: readonly (readonly TypePart[])[], between: string): TypePart[] =>
  parts.flatMap((part, at) => (at === 0 ? part : [{ text: between }, ...part]));

const formats: Readonly<Record<string, string>> = { uuid: 'UUID string', 'date-time': 'RFC 3339 string' };

/** What a schema is called: `integer`, `user[]`, `"direct" | "group"`. */
export const typeOf = (schema: JsonSchema): TypePart[] => {
  const shared = sharedName(schema);
  if (shared !== undefined) return [{ text: shared, shared }];
  if (schema.const !== undefined) return plain(JSON.stringify(schema.const));
  if (schema.enum) return plain(schema.enum.map((value) => JSON.stringify(value)).join(' | '));
  const branches = schema.oneOf ?? schema.anyOf;
  if (branches) return joined(branches.map(typeOf), ' | ');
  if (schema.items) return [...typeOf(schema.items), { text: '[]' }];
  if (typeof schema.additionalProperties === 'object' && !schema.properties)
    return [{ text: 'object of ' }, ...typeOf(schema.additionalProperties)];
  if (schema.format !== undefined) return plain(formats[schema.format] ?? `${schema.format} string`);
  return plain([schema.type ?? 'any'].flat().join(' | '));
};

const number = (value: number): string => value.toLocaleString('en-US');

/** Numbers at the edge of what JSON numbers can be are no bounds that anybody wants to read. */
const isSafeEdge = (value: number): boolean => Math.abs(value) === Number.MAX_SAFE_INTEGER;

const range = (min: number | undefined, max: number | undefined, unit = ''): string[] => {
  const least = min === undefined || isSafeEdge(min) ? undefined : min;
  const most = max === undefined || isSafeEdge(max) ? undefined : max;
  if (most === undefined) return least === undefined ? [] : [`at least ${number(least)}${unit}`];
  return [least ? `${number(least)} to ${number(most)}${unit}` : `at most ${number(most)}${unit}`];
};

/**
 * The bounds of a schema in words. Of the shared schema that it is, only lengths: that an id is at least 1 need not be
 * said at each of them.
 */
export const boundsOf = (schema: JsonSchema, shared: JsonSchemas): string[] => {
  const { maxLength, minLength } = resolve(schema, shared);
  const least = schema.exclusiveMinimum === undefined ? schema.minimum : schema.exclusiveMinimum + 1;
  return [
    ...range(least, schema.maximum),
    ...range(minLength === 0 ? undefined : minLength, maxLength, ' characters'),
    ...range(schema.minItems, schema.maxItems, ' items'),
    ...(schema.default === undefined ? [] : [`default ${JSON.stringify(schema.default)}`]),
  ];
};

const ofObject = (schema: JsonSchema, shared: JsonSchemas): Field[] =>
  Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    type: typeOf(property),
    required: schema.required?.includes(name) ?? false,
    bounds: boundsOf(property, shared),
    ...(property.description === undefined ? {} : { description: property.description }),
    fields: sharedName(property) === undefined ? fieldsOf(property, shared) : [],
  }));

/** A branch of a choice as the field that tells it apart, which holds the others. */
const ofBranch = (branch: JsonSchema, shared: JsonSchemas): Field => {
  const fields = ofObject(branch, shared);
  const mark = fields.find(({ name }) => branch.properties?.[name]?.const !== undefined);
  const others = fields.filter((field) => field !== mark);
  return mark
    ? { ...mark, fields: others }
    : { name: 'or', type: typeOf(branch), required: true, bounds: [], fields: others };
};

/** The fields of an object, of the items of an array, or of each branch of a choice; none of a shared schema. */
export const fieldsOf = (schema: JsonSchema, shared: JsonSchemas): Field[] => {
  if (schema.items) return fieldsOf(schema.items, shared);
  const branches = (schema.oneOf ?? schema.anyOf ?? []).filter(({ properties }) => properties !== undefined);
  return branches.length > 0 ? branches.map((branch) => ofBranch(branch, shared)) : ofObject(schema, shared);
};
