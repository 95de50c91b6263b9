import { expect, test } from 'vitest';
import { skeletonOf } from './skeleton.ts';

test.each([
  ['paypal', 'раураӏ'],
  ['rn', 'm'],
  ['o0', 'οо'],
  ['1l', 'iі'],
  ['ae', 'æ'],
  ['e\u0308', 'ё'],
  ['tom', 'том'],
  ['nina', 'νινα'],
  ['bacтka', 'васτка'],
  ['3eka', 'зека'],
  ['ニ', '二'],
])('%s and %s have one skeleton', (a, b) => expect(skeletonOf(a)).toBe(skeletonOf(b)));

test.each([
  ['r', 't'],
  ['u', 'z'],
  ['o', 'e'],
  ['c', 'e'],
  ['анна', 'anna'],
  ['田', '由'],
])('%s and %s have not', (a, b) => expect(skeletonOf(a)).not.toBe(skeletonOf(b)));
