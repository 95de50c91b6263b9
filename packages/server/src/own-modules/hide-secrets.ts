/** What stands for the value of a secret. */
const hidden = '******';

/** What of a JSON Schema says where there are secrets. */
interface Schema {
  readonly secret?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema | boolean;
  readonly prefixItems?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  /** The schema that it stands for: `#`, or the name of one after `#/$defs/`. */
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

const asSchemas = (schema: Schema | boolean | undefined): Schema[] => (typeof schema === 'object' ? [schema] : []);

/** All that say something of one value. One may stand for itself again. */
const together = (schema: Schema, root: Schema, seen = new Set<Schema>()): Set<Schema> => {
  if (seen.has(schema)) return seen;
  seen.add(schema);
  const { $ref, allOf = [], anyOf = [], oneOf = [] } = schema;
  const meant = $ref === '#' ? root : root.$defs?.[$ref?.replace('#/$defs/', '') ?? ''];
  for (const one of [...allOf, ...anyOf, ...oneOf, ...asSchemas(meant)]) together(one, root, seen);
  return seen;
};

const ofItem = ({ items, prefixItems = [] }: Schema, index: number): Schema[] => asSchemas(prefixItems[index] ?? items);

const ofProperty = (
  { additionalProperties, patternProperties = {}, properties = {} }: Schema,
  name: string,
): Schema[] => {
  const found = [
    ...(Object.hasOwn(properties, name) ? asSchemas(properties[name]) : []),
    ...Object.entries(patternProperties).flatMap(([pattern, one]) => (new RegExp(pattern).test(name) ? [one] : [])),
  ];
  return found.length > 0 ? found : asSchemas(additionalProperties);
};

/** The value without what its schema marks with `secret: true`, wherever that stands in it. */
export const hideSecrets = (value: unknown, schema: Schema, root = schema): unknown => {
  if (value === undefined) return undefined;
  const schemas = [...together(schema, root)];
  if (schemas.some(({ secret }) => secret === true)) return hidden;
  const hideBy = (inner: unknown, found: readonly Schema[]): unknown =>
    found.reduce((shown, one) => hideSecrets(shown, one, root), inner);
  if (Array.isArray(value))
    return value.map((item: unknown, index) =>
      hideBy(
        item,
        schemas.flatMap((one) => ofItem(one, index)),
      ),
    );
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      hideBy(
        inner,
        schemas.flatMap((one) => ofProperty(one, name)),
      ),
    ]),
  );
};
