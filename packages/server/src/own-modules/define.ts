import { faults, type OpContract, type RouteContract } from '@messox/protocol';
import { defineModule as defineKernelModule, moduleContract } from '../kernel/module.ts';
import { nearestField } from './nearest-field.ts';

/** What a field is to be, in words and as a test of what is there. */
interface Field {
  readonly expected: string;
  readonly holds: (value: unknown) => boolean;
  readonly isOptional?: true;
}
type Fields = Readonly<Record<string, Field>>;

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
const isSchema = (value: unknown): boolean => isObject(value) && '_zod' in value;
const isObjectSchema = (value: unknown): boolean =>
  isSchema(value) && (value as { def?: { type?: unknown } }).def?.type === 'object';
const isStatus = (key: string): boolean => /^[1-5]\d\d$/.test(key);
const isAnswers = (value: unknown): boolean =>
  isObject(value) &&
  Object.keys(value).length > 0 &&
  Object.entries(value).every(([key, answer]) => isStatus(key) && (answer === null || isSchema(answer)));
const isFaults = (value: unknown): boolean =>
  Array.isArray(value) && value.every((code) => typeof code === 'string' && Object.hasOwn(faults, code));

const oneOf = (...values: readonly string[]): Field => ({
  expected: values.map((value) => `'${value}'`).join(' or '),
  holds: (value) => values.includes(value as string),
});
const text: Field = { expected: 'a text', holds: isText };
const objectSchema: Field = { expected: 'a z.object({ … })', holds: isObjectSchema };
const optional = (field: Field): Field => ({ ...field, isOptional: true });
/** Looked at where the module is loaded, which knows its folder. */
const later: Field = { expected: 'anything', holds: () => true, isOptional: true };
const codes: Field = { expected: "a list of codes of the API, such as ['not_found']", holds: isFaults };

const routeFields: Fields = {
  name: { expected: "a text such as 'guestbook.add'", holds: isText },
  method: oneOf('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
  path: { expected: 'a text that begins with /', holds: (value) => isText(value) && value.startsWith('/') },
  summary: text,
  auth: oneOf('user', 'none'),
  params: optional(objectSchema),
  query: optional(objectSchema),
  body: optional({ expected: 'a schema of zod', holds: isSchema }),
  answers: { expected: 'an object of statuses with a schema or null each: { 200: z.object({ … }) }', holds: isAnswers },
  faults: codes,
};

const opFields: Fields = {
  name: text,
  summary: text,
  data: objectSchema,
  reply: { expected: 'a schema of zod', holds: isSchema },
  faults: codes,
};

const moduleFields: Fields = {
  name: text,
  contract: later,
  needs: optional({ expected: 'an object of modules', holds: isObject }),
  settings: later,
  migrations: later,
  setup: { expected: 'a function', holds: (value) => typeof value === 'function' },
};

const shown = (value: unknown): string => {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  if (isSchema(value)) return 'another schema';
  if (Array.isArray(value)) return `[${value.map(String).join(', ')}]`;
  return isObject(value) ? `{ ${Object.keys(value).join(', ')} }` : String(value);
};

/** What is wrong with a definition; nothing where it is as it is to be. */
const faultOf = (fields: Fields, definition: object): string | undefined => {
  const unknown = Object.keys(definition).find((key) => !Object.hasOwn(fields, key));
  if (unknown !== undefined) {
    const meant = nearestField(unknown, Object.keys(fields));
    const hint = meant === undefined ? `there are ${Object.keys(fields).join(', ')}` : `did you mean \`${meant}\`?`;
    return `there is no field \`${unknown}\`; ${hint}`;
  }
  for (const [key, { expected, holds, isOptional }] of Object.entries(fields)) {
    const value = (definition as Readonly<Record<string, unknown>>)[key];
    if (value === undefined && isOptional) continue;
    if (value === undefined) return `\`${key}\` is missing: it is to be ${expected}`;
    if (!holds(value)) return `\`${key}\` is to be ${expected}, and is ${shown(value)}`;
  }
  return undefined;
};

/** Authors of JavaScript have no types that would tell them. @throws TypeError that names the thing and its field */
const check = (kind: string, fields: Fields, definition: unknown): void => {
  if (!isObject(definition)) throw new TypeError(`a ${kind} is defined by an object, and not by ${shown(definition)}`);
  const { name } = definition as { name?: unknown };
  const fault = faultOf(fields, definition);
  if (fault !== undefined) throw new TypeError(`${isText(name) ? `${kind} ${name}` : `a ${kind}`}: ${fault}`);
};

/** A call of the API, looked at as it is defined. @throws TypeError */
export const defineRoute = <const C extends RouteContract>(contract: C): C => {
  check('route', routeFields, contract);
  return contract;
};

/** A request of the socket, looked at as it is defined. @throws TypeError */
export const defineOp = <const C extends OpContract>(contract: C): C => {
  check('op', opFields, contract);
  return contract;
};

/** Of another contract it is not known what fields there are, and the loading says so. */
const isOfAnother = (definition: unknown): boolean =>
  isObject(definition) && 'contract' in definition && (definition.contract ?? moduleContract) !== moduleContract;

/** A module, looked at as it is defined. @throws TypeError */
export const defineModule: typeof defineKernelModule = (definition) => {
  if (!isOfAnother(definition)) check('module', moduleFields, definition);
  return defineKernelModule(definition);
};
