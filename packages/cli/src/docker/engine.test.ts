import { expect, it } from 'vitest';
import { isOlder } from './engine.ts';

it.each([
  ['20.10.24+dfsg1', [25], true],
  ['25.0.0', [25], false],
  ['28.5.2+dfsg4', [25], false],
  ['v2.20.1', [2, 20, 2], true],
  ['2.20.2-desktop.1', [2, 20, 2], false],
  ['2.9.0', [2, 20, 2], true],
  ['5.0.1', [2, 20, 2], false],
  ['', [25], true],
])('%s is older than %j: %s', (version, than, older) => expect(isOlder(version, than)).toBe(older));
