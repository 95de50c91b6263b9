import { expect, it } from 'vitest';
import { settingsOf } from '../../../project/setting.ts';
import { parseValue } from './parse-value.ts';

const schema = {
  properties: {
    coats: { type: 'integer' },
    share: { type: 'number', minimum: 0 },
    colour: { enum: ['red', 'blue'] },
    rooms: { type: 'array', items: { type: 'string' } },
    sizes: { type: 'object' },
    either: {},
    doors: { type: 'array', items: { type: 'integer' } },
  },
};

const setting = (name: string) => {
  const found = settingsOf(schema, []).find(({ key }) => key === name);
  if (!found) throw new Error(name);
  return found;
};

it.each([
  ['coats', ['3'], 3],
  ['share', ['0.25'], 0.25],
  ['share', ['-1e3'], -1_000],
  ['colour', ['blue'], 'blue'],
  ['rooms', ['hall', '3'], ['hall', '3']],
  ['rooms', ['[]'], []],
  ['sizes', ['{ hall: 4 }'], { hall: 4 }],
  ['either', ['true'], true],
  ['either', ['some words'], 'some words'],
  ['doors', ['[1, 2]'], [1, 2]],
])('%s takes %j as %j', (name, words, value) => {
  expect(parseValue(setting(name), words)).toEqual(value);
});

it.each([
  ['coats', '0.5', 'a whole number'],
  ['share', 'half', 'a number, 0 or more'],
  ['share', '', 'a number, 0 or more'],
  ['colour', 'green', 'one of red, blue'],
  ['sizes', '{', 'a value as YAML has it'],
  ['either', '', 'a value as YAML has it'],
])('%s does not take "%s"', (name, word, expected) => {
  expect(() => parseValue(setting(name), [word])).toThrow(
    expect.objectContaining({ code: 'invalid_setting', detail: `It is ${expected}.` }) as Error,
  );
});
