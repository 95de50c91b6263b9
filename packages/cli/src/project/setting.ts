import { limits, type LimitName } from '@messox/protocol';
import { hasSecret, type SecretSchema } from '@messox/server/project';
import { z } from 'zod';
import { settingsSchema } from './schema.ts';

/** One setting of `messox.yaml`, as its schema describes it. */
export interface Setting {
  /** `server.port` */
  readonly key: string;
  readonly path: readonly string[];
  readonly about: string;
  /** `value` is one of a kind that YAML alone can write: a map, or a text or number. */
  readonly kind: 'text' | 'integer' | 'number' | 'boolean' | 'choice' | 'list' | 'value';
  /** What a value must be, to follow "is not": `a whole number from 0 to 65535`. */
  readonly expected: string;
  readonly choices: readonly string[];
  /** What holds when nothing is set; undefined: nothing. */
  readonly default: unknown;
  /** Its value is not shown, nor any part of it. */
  readonly secret: boolean;
}

/** What of a JSON Schema is looked at. */
export interface JsonSchema extends SecretSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly default?: unknown;
  readonly description?: string;
  /** What the value must be in words, where the schema says it in a way of machines. */
  readonly expects?: string;
}

const range = ({ minimum, maximum }: JsonSchema): string => {
  const to = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? '' : ` to ${maximum}`;
  return minimum === undefined ? '' : to === '' ? `, ${minimum} or more` : ` from ${minimum}${to}`;
};

const expected = (schema: JsonSchema): string => {
  if (schema.expects !== undefined) return schema.expects;
  if (schema.enum) return `one of ${schema.enum.join(', ')}`;
  if (schema.type === 'array') return `a list, each item ${expected(schema.items ?? {})}`;
  if (schema.type === 'integer') return `a whole number${range(schema)}`;
  if (schema.type === 'number') return `a number${range(schema)}`;
  if (schema.type === 'boolean') return 'true or false';
  if (schema.format === 'uri') return 'an http or https URL';
  if (schema.type !== 'string') return 'a value as YAML has it';
  return schema.minLength ? 'text that is not empty' : 'text';
};

const kind = (schema: JsonSchema): Setting['kind'] => {
  if (schema.enum) return 'choice';
  const { items, type } = schema;
  if (type === 'array') return items?.type === 'string' ? 'list' : 'value';
  if (type === 'integer' || type === 'number' || type === 'boolean') return type;
  return type === 'string' ? 'text' : 'value';
};

const isLimitName = (name: string): name is LimitName => Object.hasOwn(limits, name);

const leaf = (schema: JsonSchema, path: readonly string[], secret: boolean): Setting => {
  const [section, name = ''] = path;
  return {
    key: path.join('.'),
    path,
    about: schema.description ?? '',
    kind: kind(schema),
    expected: expected(schema),
    choices: (schema.enum ?? []).map(String),
    // A limit without a value is that of the protocol.
    default: section === 'limits' && isLimitName(name) ? limits[name].default : schema.default,
    secret,
  };
};

/** @param secret whether what they are settings of is one as a whole */
const settingsWithin = (schema: JsonSchema, path: readonly string[], root: JsonSchema, secret: boolean): Setting[] =>
  schema.properties
    ? Object.entries(schema.properties).flatMap(([name, inner]) =>
        settingsWithin(inner, [...path, name], root, secret || schema.secret === true),
      )
    : [leaf(schema, path, secret || hasSecret(schema, root))];

/** The settings that a schema has, which stands at `path`. */
export const settingsOf = (schema: JsonSchema, path: readonly string[]): Setting[] =>
  settingsWithin(schema, path, schema, false);

/** Every setting, in the order of the schema. */
export const settings: readonly Setting[] = settingsOf(
  z.toJSONSchema(settingsSchema, { io: 'input' }) as JsonSchema,
  [],
);

export const findSetting = (key: string): Setting | undefined => settings.find((setting) => setting.key === key);

/** Names that may stand directly below `path`: settings and sections. */
export const namesBelow = (path: readonly string[]): string[] => [
  ...new Set(
    settings.flatMap((setting) =>
      setting.path.length > path.length && path.every((name, index) => setting.path[index] === name)
        ? [setting.path[path.length] ?? '']
        : [],
    ),
  ),
];
