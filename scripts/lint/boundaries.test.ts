import { ESLint } from 'eslint';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { expect, it } from 'vitest';
import { root } from '../setup/paths.js';
import { boundaries } from './boundaries.js';

const eslint = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  overrideConfig: {
    files: ['**/*.ts'],
    languageOptions: { parser: tseslint.parser },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts'] })] },
    rules: boundaries.rules,
  },
});

/** What the linter says to a file of `packages/` that imports something. */
async function complaints(file: string, imported: string): Promise<string[]> {
  const [result] = await eslint.lintText(`import '${imported}';\n`, { filePath: `${root}packages/${file}` });
  return result?.messages.map(({ message }) => message) ?? [];
}

it.each([
  ['server/src/ports/bus.ts', '../kernel/fault.ts', 'A port imports nothing but the protocol.'],
  ['server/src/adapters/bus-memory.ts', '../kernel/fault.ts', 'An adapter knows its port and nothing of the kernel.'],
  ['server/src/kernel/boot/boot.ts', '../../adapters/bus-memory.ts', 'The kernel knows no module and no adapter.'],
  ['server/src/kernel/fault.ts', '../modules/accounts/index.ts', 'The kernel knows no module and no adapter.'],
  ['server/src/modules/accounts/x/y.ts', '../../../kernel/fault.ts', 'A module is built on the public module contract'],
  ['server/src/modules/messages/x.ts', '../../adapters/bus-memory.ts', 'A module works with ports'],
  [
    'server/src/modules/messages/x.ts',
    '../accounts/username/index.ts',
    'A module reaches another only through its index.ts.',
  ],
  ['protocol/src/rest.ts', '../../server/src/settings.ts', 'The protocol imports nothing of ours.'],
  ['client/src/index.ts', '@messox/server', 'The client knows the protocol'],
  ['cli/src/docker/stack.ts', '@messox/server/testing', 'What tests are made of'],
])('%s may not import %s', async (file, imported, message) => {
  expect(await complaints(file, imported)).toEqual([expect.stringContaining(message)]);
});

it.each([
  ['server/src/adapters/bus-memory.ts', '../ports/bus.ts'],
  ['server/src/kernel/timeline/append.ts', '../../ports/bus.ts'],
  ['server/src/modules/messages/index.ts', '../../kernel/module.ts'],
  ['server/src/modules/messages/index.ts', '../accounts/index.ts'],
  ['server/src/modules/accounts/register.ts', './username/index.ts'],
  ['server/src/kernel/timeline/append.test.ts', '../../adapters/bus-memory.ts'],
  ['client/src/socket.test.ts', '@messox/server'],
  ['cli/src/docker/logs.test.ts', '@messox/server/testing'],
  ['cli/src/testing/fake-docker/stack.ts', '@messox/server/testing'],
])('%s may import %s', async (file, imported) => {
  expect(await complaints(file, imported)).toEqual([]);
});
