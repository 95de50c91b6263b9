import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rest } from '@messox/protocol';
import { modulesFolder, nameFault } from '@messox/server/project';
import { CliError } from '../../../errors/cli-error.ts';
import { exit } from '../../../errors/exit.ts';
import type { Context } from '../../../framework/context.ts';
import type { Run } from '../../../framework/spec.ts';
import { command, commandLine, quote, shortPath } from '../../../output/command-line.ts';
import { inKebabCase } from '../../../output/kebab-case.ts';
import { table } from '../../../output/table.ts';
import { createFile } from '../../../project/atomic-write.ts';
import { isCompose } from '../../../project/is-compose.ts';
import { publicAddress } from '../../../project/public-address.ts';
import { readServerState } from '../../../project/server-state.ts';
import { loadSettings } from '../../../project/settings.ts';
import type { spec } from './spec.ts';
import { type ModuleFiles, moduleFiles } from './template.ts';

const nameChars = 40;

/** Whether the API has paths of its own at the one that the module would get. */
const isPathTaken = (name: string): boolean =>
  Object.values(rest).some(({ path }) => `${path}/`.startsWith(`/api/v1/${name}/`));

/** @throws CliError invalid_usage, module_exists */
const checkName = (dir: string, name: string): void => {
  const fault = nameFault(name);
  if (fault === 'form') {
    const near = inKebabCase(name, nameChars).replace(/^[\d-]+/, '');
    throw new CliError('invalid_usage', `<name> cannot be "${name}"`, {
      detail: `Expected small letters, digits and hyphens between them, a letter first, at most ${nameChars} in all.`,
      fixes: near === '' ? [] : [command('module', 'new', near)],
    });
  }
  if (fault === 'taken' || isPathTaken(name))
    throw new CliError('invalid_usage', `<name> cannot be "${name}": messox has that name itself`, {
      fixes: [`Put one of yours in front: ${command('module', 'new', `acme-${name}`)}`],
    });
  for (const folder of [name, `_${name}`])
    if (existsSync(join(modulesFolder(dir), folder)))
      throw new CliError('module_exists', `There is a folder modules/${folder} already`, {
        fixes: ['Choose another name, or move that folder away.'],
      });
};

/** All of it, or nothing. */
const write = (folder: string, files: ModuleFiles): void => {
  mkdirSync(dirname(folder), { recursive: true });
  mkdirSync(folder);
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      createFile(join(folder, path), content, { mode: 0o644 });
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
};

const nextSteps = ({ flags: { dir }, place }: Context, name: string): [line: string, about: string][] => {
  const runs = readServerState(dir) !== undefined && !isCompose(dir);
  const { host, port } = loadSettings(dir).server;
  const url = publicAddress(dir) ?? (port === 0 ? 'URL' : `http://${host}:${port}`);
  const to = url === 'http://127.0.0.1:8080' ? '' : `MESSOX_URL=${url} `;
  return [
    [commandLine(place, 'doctor', 'config'), 'loads it, and says what is wrong with it'],
    [runs ? commandLine(place, 'restart') : commandLine(place, 'up', '-d'), 'runs the server with it'],
    [
      `${to}node --test ${quote(shortPath(join(modulesFolder(dir), name, 'index.test.mjs')))}`,
      'tries it with the server that runs',
    ],
  ];
};

export const run: Run<typeof spec> = async (context, { name }) => {
  const { flags, output } = context;
  // The folder is to be that of a server.
  loadSettings(flags.dir);
  checkName(flags.dir, name);
  const folder = join(modulesFolder(flags.dir), name);
  const files = moduleFiles(name);
  write(folder, files);
  const next = nextSteps(context, name);
  output.result({ name, folder, files: Object.keys(files), next: next.map(([line]) => line) }, (style) => [
    `${style.green(style.signs.ok)} Made ${shortPath(folder)}: ${Object.keys(files).join(', ')}`,
    '',
    style.bold('Next'),
    ...table(next.map(([line, about]) => [`  ${line}`, about])),
  ]);
  return exit.done;
};
