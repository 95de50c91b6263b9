import { uuid } from '@messox/protocol';
import { expect, onTestFinished, test, vi } from 'vitest';
import { randomUuid } from './uuid.ts';

test('a random UUID, also in a page that was served without TLS', () => {
  const { crypto } = globalThis;
  expect(uuid.parse(randomUuid())).not.toBe(randomUuid());
  vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array) => crypto.getRandomValues(bytes) });
  onTestFinished(() => void vi.unstubAllGlobals());
  const made = Array.from({ length: 200 }, randomUuid);
  for (const id of made)
    expect(uuid.parse(id)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(made).size).toBe(200);
});
