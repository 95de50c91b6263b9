import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { CliError } from '../../../errors/cli-error.ts';
import { exit } from '../../../errors/exit.ts';
import type { Run } from '../../../framework/spec.ts';
import { command, commandLine } from '../../../output/command-line.ts';
import { inKebabCase } from '../../../output/kebab-case.ts';
import { createFile } from '../../../project/atomic-write.ts';
import type { spec } from './spec.ts';

const nameChars = 60;
const numbers = 9_999;

const checkName = (name: string): void => {
  if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) && name.length <= nameChars) return;
  const near = inKebabCase(name, nameChars);
  throw new CliError('invalid_usage', `<name> cannot be "${name}"`, {
    detail: `Expected small letters, digits and hyphens between them, at most ${nameChars} in all.`,
    fixes: near === '' ? [] : [command('migrate', 'new', near)],
  });
};

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** The folder of the module's migrations, made where the module was named. */
const migrationsOf = (module: string | undefined): string => {
  const folder = resolve(module ?? '.');
  const migrations = join(folder, 'migrations');
  if (isFolder(migrations)) return migrations;
  if (module === undefined || !isFolder(folder))
    throw new CliError(
      'not_a_module',
      `${module === undefined ? 'The current folder' : folder} is no folder of a module`,
      {
        detail: module === undefined ? `${migrations} does not exist.` : 'There is no such folder.',
        fixes: ['Name the folder of the module with --module.'],
      },
    );
  mkdirSync(migrations);
  return migrations;
};

/** The number after the last one. Throws `migration_misnamed`: a server would not run any of them. */
const nextNumber = (migrations: string): number => {
  const files = readdirSync(migrations)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  for (const [index, file] of files.entries()) {
    const expected = String(index + 1).padStart(4, '0');
    if (!new RegExp(`^${expected}-[a-z0-9-]+\\.sql$`).test(file))
      throw new CliError('migration_misnamed', `${file} does not continue the numbers 0001, 0002, …`, {
        detail: `In ${migrations}.`,
        fixes: [`Name it ${expected}-what-it-does.sql, if no server has applied it yet.`],
      });
  }
  if (files.length >= numbers)
    throw new CliError('migration_misnamed', `${migrations} is full: there are ${numbers} numbers`);
  return files.length + 1;
};

const header = (module: string, name: string): string =>
  `-- ${module}: ${name.replaceAll('-', ' ')}.
--
-- Runs once on each database, in one transaction. After it ran anywhere, it stays as it is: write another one.
-- While a server is upgraded, the version before works on these tables, too: add, and take nothing away. What takes
-- away comes a version later, in a migration whose name begins with contract-.
`;

const make = (folder: string, name: string): string => {
  const path = join(folder, `${String(nextNumber(folder)).padStart(4, '0')}-${name}.sql`);
  try {
    createFile(path, header(basename(resolve(folder, '..')), name), { mode: 0o644 });
    return path;
  } catch (error) {
    // Somebody else made one of that number and name in this moment; it is theirs.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return make(folder, name);
    throw error;
  }
};

export const run: Run<typeof spec> = async (context, { name }, { module }) => {
  checkName(name);
  const path = make(migrationsOf(module), name);
  context.output.result({ path }, (style) => [
    `${style.green(style.signs.ok)} Made ${path}`,
    '',
    `Write its SQL there; ${commandLine(context.place, 'up')} applies it with the module.`,
  ]);
  return exit.done;
};
