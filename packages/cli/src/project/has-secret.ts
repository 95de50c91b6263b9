/** What of a JSON Schema says whether there is a secret in a value. */
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

const schemasIn = (schema: SecretSchema, root: SecretSchema): SecretSchema[] => {
  const { $ref, additionalProperties, allOf = [], anyOf = [], items, oneOf = [], prefixItems = [] } = schema;
  return [
    ...Object.values(schema.properties ?? {}),
    ...Object.values(schema.patternProperties ?? {}),
    ...[...prefixItems, ...allOf, ...anyOf, ...oneOf],
    ...[additionalProperties, items].filter((one) => typeof one === 'object'),
    ...[$ref === '#' ? root : root.$defs?.[$ref?.replace('#/$defs/', '') ?? '']].filter((one) => one !== undefined),
  ];
};

/** Whether a value of this schema may have a secret anywhere in it. A schema may have itself within. */
export const hasSecret = (schema: SecretSchema, root: SecretSchema, seen = new Set<SecretSchema>()): boolean => {
  if (seen.has(schema)) return false;
  seen.add(schema);
  return schema.secret === true || schemasIn(schema, root).some((inner) => hasSecret(inner, root, seen));
};
