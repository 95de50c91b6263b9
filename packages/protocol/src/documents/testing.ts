import { asyncApiDocument } from './async-api.ts';
import { contract } from './contract.ts';
import { openApiDocument } from './open-api.ts';

const info = { version: '1.2.3', url: 'https://chat.example.org' };

export const openApi = openApiDocument(contract.routes, info);
export const asyncApi = asyncApiDocument(contract.ops, contract.events, info);

/** Every value in a document with the key or index that it stands at. */
export function* walk(value: unknown, key = ''): Generator<readonly [key: string, value: unknown]> {
  yield [key, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [name, child] of Object.entries(value)) yield* walk(child, name);
}

/** What a JSON pointer fragment such as `#/components/schemas/user` finds (RFC 6901). */
export const follow = (document: unknown, ref: string): unknown =>
  ref
    .slice(2)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, part)
          ? (value as Record<string, unknown>)[part]
          : undefined,
      document,
    );

export const refsOf = (document: unknown): string[] =>
  [...walk(document)].flatMap(([key, value]) => (key === '$ref' && typeof value === 'string' ? [value] : []));
