/** What stands for the value of a secret. */
const hidden = '******';

/** What of a JSON Schema says where there are secrets. */
interface Schema {
  readonly secret?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema | boolean;
  readonly prefixItems?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

const asSchema = (schema: Schema | boolean | undefined): Schema => (typeof schema === 'object' ? schema : {});

/** The value without what its schema marks with `secret: true`, wherever that stands in it. */
export const hideSecrets = (value: unknown, schema: Schema): unknown => {
  if (value === undefined) return undefined;
  if (schema.secret === true) return hidden;
  const { additionalProperties, allOf = [], anyOf = [], items, oneOf = [], prefixItems = [], properties = {} } = schema;
  const shown = [...allOf, ...anyOf, ...oneOf].reduce(hideSecrets, value);
  if (Array.isArray(shown))
    return shown.map((item: unknown, index) => hideSecrets(item, prefixItems[index] ?? asSchema(items)));
  if (typeof shown !== 'object' || shown === null) return shown;
  return Object.fromEntries(
    Object.entries(shown).map(([name, inner]) => [
      name,
      hideSecrets(inner, properties[name] ?? asSchema(additionalProperties)),
    ]),
  );
};
