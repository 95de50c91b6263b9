import type { Shape } from '@messox/protocol';

const isNumber = (schema: unknown): boolean => {
  const { type, innerType } = (schema as { _zod: { def: { type: string; innerType?: unknown } } })._zod.def;
  return innerType === undefined ? type === 'number' : isNumber(innerType);
};

/** Path and query parameters are text on the wire; those that the schema wants as numbers become numbers. */
export const parametersFor = (shape: Shape, values: Readonly<Record<string, string>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const field: unknown = Object.hasOwn(shape.shape, name) && shape.shape[name];
      return [name, field && isNumber(field) && /^\d{1,16}$/.test(value) ? Number(value) : value];
    }),
  );
