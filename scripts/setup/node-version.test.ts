import { expect, it } from 'vitest';
import { checkNode, satisfies } from './node-version.js';

const range = '^20.19.0 || ^22.13.0 || >=24';

it.each(['20.19.0', '20.20.2', '22.13.0', '22.99.1', '24.0.0', '25.1.0', '31.0.0'])('takes %s', (version) => {
  expect(satisfies(version, range)).toBe(true);
});

it.each(['18.20.8', '20.18.3', '21.7.3', '22.12.0', '23.11.1', ''])('refuses %s', (version) => {
  expect(satisfies(version, range)).toBe(false);
});

it('says which Node is needed and which this is', () => {
  expect(() => checkNode('18.20.8')).toThrow(/This is Node 18\.20\.8;.*\^20\.19/s);
});
