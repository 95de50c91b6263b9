import { describe, expect, it } from 'vitest';
import { faultCodes, faults } from '../faults.ts';
import { limitNames, limits } from '../limits.ts';
import { asyncApi, follow, openApi, refsOf, walk } from './testing.ts';

describe.each([
  ['OpenAPI', openApi],
  ['AsyncAPI', asyncApi],
])('the %s document', (_, document) => {
  it('is JSON', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it('refers only to what is there', () => {
    const refs = refsOf(document);
    expect(refs.length).toBeGreaterThan(100);
    expect(refs.filter((ref) => !ref.startsWith('#/') || follow(document, ref) === undefined)).toEqual([]);
  });

  it('shares nothing that is not referred to', () => {
    const refs = new Set(refsOf(document));
    const shared = Object.entries(document.components).flatMap(([kind, parts]) =>
      Object.keys(parts as object).map((name) => `#/components/${kind}/${name}`),
    );
    // OpenAPI names a security scheme without a reference.
    expect(shared.filter((ref) => !refs.has(ref) && ref !== '#/components/securitySchemes/bearer')).toEqual([]);
  });

  it('holds the table of errors', () => {
    expect(document['x-faults']).toEqual(faults);
  });

  it('names no error that is not in the table', () => {
    const listed = [...walk(document)].flatMap(([key, value]) => (key === 'x-faults' ? [value] : []));
    const enums = [...walk(document)].flatMap(([key, value]) =>
      key === 'code' && typeof value === 'object' && value !== null && 'enum' in value ? [value.enum] : [],
    );
    expect(enums.length).toBeGreaterThan(5);
    const codes = [...listed.filter(Array.isArray), ...enums].flat() as string[];
    expect(codes.filter((code) => !(faultCodes as string[]).includes(code))).toEqual([]);
  });

  it('holds the limits', () => {
    expect(Object.keys(document['x-limits'])).toEqual(limitNames);
    for (const name of limitNames) {
      const { default: byDefault, ...rest } = limits[name];
      expect(document['x-limits'][name]).toEqual({ value: byDefault, default: byDefault, ...rest });
    }
  });

  it('closes no answer: a newer server may have more fields', () => {
    expect([...walk(document)].filter(([key, value]) => key === 'additionalProperties' && value === false)).toEqual([]);
  });

  it('describes every shared schema', () => {
    const { schemas } = document.components;
    expect(Object.keys(schemas).filter((name) => schemas[name]?.description === undefined)).toEqual([]);
  });

  // In prose, what stands in backticks are names of the contract: a renamed field must not live on in a sentence.
  it('speaks of nothing that the contract does not know', () => {
    const others = [
      'details.retryAfterMs',
      'details.incident',
      'about',
      'blank',
      'Bearer',
      'true',
      'false',
      '.',
      '_',
      '-',
    ];
    const documents = [...walk([openApi, asyncApi])];
    const isProse = (key: string) => ['description', 'summary', 'about', 'message'].includes(key);
    const known = new Set(documents.flatMap(([key, value]) => (isProse(key) ? [key] : [key, value])));
    const words = [...walk(document)]
      .flatMap(([key, value]) => (isProse(key) ? [String(value)] : []))
      .flatMap((prose) => [...prose.matchAll(/`([^`]+)`/g)].flatMap(([, code]) => code?.match(/[\w./+-]+/g) ?? []));
    expect(words.length).toBeGreaterThan(50);
    expect([...new Set(words)].filter((word) => !known.has(word) && !others.includes(word))).toEqual([]);
  });
});
