import { readdirSync } from 'node:fs';
import { root } from '../setup/paths.js';

const server = 'packages/server/src';
const modules = readdirSync(`${root}${server}/modules`, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/**
 * The source of a folder, without its tests.
 * @param {string} folder
 */
const source = (folder) => `${folder}/**/!(*.test|*.contract).ts`;

/**
 * Who may not import what: protocol <- ports <- kernel <- modules, ports <- adapters. Files are compared as the resolver finds them, so that
 * the way an import is written does not matter.
 */
const zones = [
  {
    target: source(`${server}/ports`),
    from: [`${server}/kernel`, `${server}/adapters`, `${server}/embedded-postgres`, `${server}/modules`],
    message: 'A port imports nothing but the protocol.',
  },
  {
    target: [source(`${server}/adapters`), source(`${server}/embedded-postgres`)],
    from: [`${server}/kernel`, `${server}/modules`],
    message: 'An adapter knows its port and nothing of the kernel.',
  },
  {
    target: source(`${server}/kernel`),
    from: [`${server}/modules`, `${server}/adapters`, `${server}/embedded-postgres`],
    message: 'The kernel knows no module and no adapter.',
  },
  {
    target: source(`${server}/modules`),
    from: [`${server}/adapters`, `${server}/embedded-postgres`],
    message: 'A module works with ports, never with an adapter.',
  },
  {
    target: source(`${server}/modules`),
    from: `${server}/kernel`,
    except: ['module.ts'],
    message: 'A module is built on the public module contract (kernel/module.ts) and on nothing else of the kernel.',
  },
  ...modules.map((name) => ({
    target: source(`${server}/modules/${name}`),
    from: `${server}/modules/*/**`,
    except: [`**/modules/${name}/**`, '**/modules/*/index.ts'],
    message: 'A module reaches another only through its index.ts.',
  })),
  {
    target: source('packages/protocol/src'),
    from: ['packages/server', 'packages/client', 'packages/cli'],
    message: 'The protocol imports nothing of ours.',
  },
  {
    target: source('packages/client/src'),
    from: 'packages/server',
    message: 'The client knows the protocol; the server is there for its tests only.',
  },
  {
    target: [source('packages/cli/src/!(testing)'), 'packages/cli/src/*.ts'],
    from: 'packages/server/dist/testing',
    message: 'What tests are made of is not in the published package.',
  },
];

/** For the linter, beside the plugin `import-x`. */
export const boundaries = {
  /** @type {import('eslint').Linter.RulesRecord} */
  rules: { 'import-x/no-restricted-paths': ['error', { basePath: root, zones }] },
};
