import { asSchemas, meantBy, type SecretSchema } from './secret-schema.ts';

/** What stands for the value of a secret. */
const hidden = '******';

/** All that say something of one value. One may stand for itself again. */
const together = (schema: SecretSchema, root: SecretSchema, seen = new Set<SecretSchema>()): Set<SecretSchema> => {
  if (seen.has(schema)) return seen;
  seen.add(schema);
  const { allOf = [], anyOf = [], oneOf = [] } = schema;
  for (const one of [...allOf, ...anyOf, ...oneOf, ...meantBy(schema, root)]) together(one, root, seen);
  return seen;
};

const ofItem = ({ items, prefixItems = [] }: SecretSchema, index: number): SecretSchema[] =>
  asSchemas(prefixItems[index] ?? items);

const ofProperty = (
  { additionalProperties, patternProperties = {}, properties = {} }: SecretSchema,
  name: string,
): SecretSchema[] => {
  const found = [
    ...(Object.hasOwn(properties, name) ? asSchemas(properties[name]) : []),
    ...Object.entries(patternProperties).flatMap(([pattern, one]) => (new RegExp(pattern).test(name) ? [one] : [])),
  ];
  return found.length > 0 ? found : asSchemas(additionalProperties);
};

/** The value without what its schema marks with `secret: true`, wherever that stands in it. */
export const hideSecrets = (value: unknown, schema: SecretSchema, root = schema): unknown => {
  if (value === undefined) return undefined;
  const schemas = [...together(schema, root)];
  if (schemas.some(({ secret }) => secret === true)) return hidden;
  const hideBy = (inner: unknown, found: readonly SecretSchema[]): unknown =>
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
