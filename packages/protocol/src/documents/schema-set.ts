import { z } from 'zod';
import { componentPrefix, type JsonSchema } from './json-schema.ts';
import { schemaNames } from './names.ts';

export interface SchemaSet {
  /** The shared schemas that were met so far, by name. */
  readonly shared: Readonly<Record<string, JsonSchema>>;
  /**
   * `input` is what a client may send, `output` what it gets.
   * @throws Error when two different schemas have one name
   */
  convert: (schema: z.ZodType, io: 'input' | 'output') => JsonSchema;
}

/** zod closes what it puts out, but clients must ignore fields that they don't know. */
const leaveOpen: NonNullable<z.core.ToJSONSchemaParams['override']> = ({ zodSchema, jsonSchema }) => {
  const { def } = zodSchema._zod;
  if (def.type === 'object' && !def.catchall) delete jsonSchema.additionalProperties;
};

const isLoneRef = (value: unknown): value is { allOf: [unknown] } =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).length === 1 &&
  'allOf' in value &&
  Array.isArray(value.allOf) &&
  value.allOf.length === 1;

/** Points references to the components; `newNames` holds those whose name zod made up. */
const relink = (schema: unknown, newNames: ReadonlyMap<string, string>): JsonSchema =>
  JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (key !== '$ref' || typeof value !== 'string') return isLoneRef(value) ? value.allOf[0] : value;
    const name = value.replace(/^#\/(\$defs|definitions)\//, '');
    return componentPrefix + (newNames.get(name) ?? name);
  }) as JsonSchema;

/** Turns schemas of one document into JSON Schema, and gathers those that have a name. */
export const schemaSet = (target: 'draft-2020-12' | 'draft-07'): SchemaSet => {
  const shared: Record<string, JsonSchema> = {};
  let unnamed = 0;

  const share = (name: string, schema: JsonSchema): void => {
    const known = shared[name];
    if (known && JSON.stringify(known) !== JSON.stringify(schema))
      throw new Error(`Two different schemas are called '${name}', or one reads differently in requests and answers.`);
    shared[name] = schema;
  };

  return {
    shared,
    convert: (schema, io) => {
      const { $schema, $defs, definitions, ...root } = z.toJSONSchema(schema, {
        target,
        io,
        metadata: schemaNames,
        unrepresentable: 'any',
        override: leaveOpen,
      });
      const parts = Object.entries({ ...$defs, ...(definitions as typeof $defs) });
      const newNames = new Map<string, string>();
      for (const [name] of parts) if (name.startsWith('__')) newNames.set(name, `part${(unnamed += 1)}`);
      for (const [name, part] of parts) share(newNames.get(name) ?? name, relink(part, newNames));
      return relink(root, newNames);
    },
  };
};
