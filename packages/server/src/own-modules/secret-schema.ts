/** What of a JSON Schema says where there are secrets in a value. */
export interface SecretSchema {
  readonly secret?: boolean;
  readonly properties?: Readonly<Record<string, SecretSchema>>;
  readonly patternProperties?: Readonly<Record<string, SecretSchema>>;
  readonly additionalProperties?: SecretSchema | boolean;
  readonly items?: SecretSchema | boolean;
  readonly prefixItems?: readonly SecretSchema[];
  readonly anyOf?: readonly SecretSchema[];
  readonly oneOf?: readonly SecretSchema[];
  readonly allOf?: readonly SecretSchema[];
  /** The schema that it stands for: `#`, or the name of one after `#/$defs/`. */
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SecretSchema>>;
}

export const asSchemas = (schema: SecretSchema | boolean | undefined): SecretSchema[] =>
  typeof schema === 'object' ? [schema] : [];

/** The schema that one refers to, where it does. */
export const meantBy = ({ $ref }: SecretSchema, root: SecretSchema): SecretSchema[] =>
  asSchemas($ref === '#' ? root : root.$defs?.[$ref?.replace('#/$defs/', '') ?? '']);

const schemasIn = (schema: SecretSchema, root: SecretSchema): SecretSchema[] => {
  const { additionalProperties, allOf = [], anyOf = [], items, oneOf = [], prefixItems = [] } = schema;
  return [
    ...Object.values(schema.properties ?? {}),
    ...Object.values(schema.patternProperties ?? {}),
    ...[...prefixItems, ...allOf, ...anyOf, ...oneOf],
    ...asSchemas(additionalProperties),
    ...asSchemas(items),
    ...meantBy(schema, root),
  ];
};

/** Whether a value of this schema may have a secret anywhere in it. A schema may have itself within. */
export const hasSecret = (schema: SecretSchema, root: SecretSchema, seen = new Set<SecretSchema>()): boolean => {
  if (seen.has(schema)) return false;
  seen.add(schema);
  return schema.secret === true || schemasIn(schema, root).some((inner) => hasSecret(inner, root, seen));
};
