import { readdir, readFile } from 'node:fs/promises';
import { closeCodes, faultCodes, faults } from '@messox/protocol';
import { expect, it } from 'vitest';
import { Fault } from './fault.ts';

const source = new URL('../', import.meta.url);

/** Named by the contract for a module that is not there yet. */
const reserved = ['invite_required'];

const codeOf = async (ends: (name: string) => boolean): Promise<string> => {
  const files = (await readdir(source, { recursive: true })).filter((name) => name.endsWith('.ts') && ends(name));
  return (await Promise.all(files.map((name) => readFile(new URL(name, source), 'utf8')))).join('\n');
};

it('every fault of the table is thrown somewhere, and met by a test', async () => {
  const isTest = (name: string): boolean => name.endsWith('.test.ts');
  const [code, tests] = [await codeOf((name) => !isTest(name)), await codeOf(isTest)];
  expect(faultCodes.filter((it) => !code.includes(`'${it}'`))).toEqual(reserved);
  expect(faultCodes.filter((it) => !tests.includes(`'${it}'`))).toEqual([]);
  for (const { code: closed } of Object.values(closeCodes)) expect(tests).toContain(String(closed));
});

it('a fault has the status and the words of the table', () => {
  for (const code of faultCodes)
    expect(new Fault(code, { a: 1 })).toMatchObject({
      code,
      status: faults[code].status,
      message: faults[code].message,
      details: { a: 1 },
    });
});
