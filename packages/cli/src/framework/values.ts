import { CliError } from '../errors/cli-error.ts';
import { nearest } from './nearest.ts';
import { longFlag, type ArgumentSpec, type OptionSpec } from './spec.ts';

const wrong = (where: string, value: string, expected: string, fixes: readonly string[] = []): CliError =>
  new CliError('invalid_usage', `${where} cannot be "${value}"`, { detail: `Expected ${expected}.`, fixes });

const choice = (where: string, value: string, choices: readonly string[]): string => {
  if (choices.includes(value)) return value;
  const near = nearest(value, choices);
  throw wrong(where, value, `one of ${choices.join(', ')}`, near === undefined ? [] : [`Did you mean ${near}?`]);
};

const integer = (where: string, value: string, { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER }) => {
  const number = /^-?\d+$/.test(value) ? Number(value) : NaN;
  if (Number.isSafeInteger(number) && number >= min && number <= max) return number;
  const range =
    max === Number.MAX_SAFE_INTEGER
      ? min === Number.MIN_SAFE_INTEGER
        ? 'a whole number'
        : `a whole number from ${min}`
      : `a whole number from ${min} to ${max}`;
  throw wrong(where, value, range);
};

/** What `raw` (of commander, or of the environment) means for the option. */
export const optionValue = (key: string, option: OptionSpec, raw: unknown, env: NodeJS.ProcessEnv): unknown => {
  if (option.type === 'flag') return raw === true;
  if (option.type === 'list') {
    if (Array.isArray(raw)) return raw;
    const fromEnv = option.env && env[option.env];
    return fromEnv ? fromEnv.split(',').map((item) => item.trim()) : [];
  }
  const isGiven = typeof raw === 'string';
  const value = isGiven ? raw : option.env && env[option.env] ? env[option.env] : undefined;
  if (value === undefined) return option.default;
  const where = isGiven ? longFlag(key) : (option.env ?? key);
  if (option.type === 'integer') return integer(where, value, option);
  return option.type === 'choice' ? choice(where, value, option.choices) : value;
};

export const argumentValue = (argument: ArgumentSpec, raw: unknown): unknown => {
  const check = (word: string) => (argument.choices ? choice(`<${argument.name}>`, word, argument.choices) : word);
  // commander has undefined for a variadic argument that was not given.
  if (argument.variadic) return Array.isArray(raw) ? raw.map((word) => check(String(word))) : [];
  return typeof raw === 'string' ? check(raw) : raw;
};
