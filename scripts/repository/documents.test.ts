import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../packages/cli/dist/commands.js';
import { errorCodes } from '../../packages/cli/dist/errors/codes.js';
import { parse } from '../../packages/cli/dist/framework/parse.js';
import { findCommand } from '../../packages/cli/dist/framework/table.js';
import { findSetting } from '../../packages/cli/dist/project/setting.js';
import { faults } from '../../packages/protocol/dist/index.js';
import { codeSpans, fences, type WrittenCommand, writtenCommands } from './code.ts';
import { repositoryFiles, textOf } from './files.ts';
import { relativeLinks } from './links.ts';

const documents = repositoryFiles().filter((file) => file.endsWith('.md'));
/** The reference is held against its sources by the packages that it is made from. */
const written = documents.filter((file) => !file.startsWith('docs/reference/'));

describe.each(written)('%s', (file) => {
  const text = textOf(file);

  it('shows and mentions only commands that messox takes', () => {
    expect(writtenCommands(text).flatMap(refusal)).toEqual([]);
  });

  it('names only settings that there are', () => {
    const named = codeSpans(text).filter((span) => /^(server|log|limits|modules)\.[\w.-]+$/.test(span));
    // The log is a file.
    expect(named.filter((key) => !findSetting(key) && key !== 'server.log')).toEqual([]);
  });

  it('lists only errors that there are', () => {
    const listed = [...text.matchAll(/^\| `([a-z]+(?:_[a-z]+)+)`/gm)].map(([, code = '']) => code);
    expect(listed.filter((code) => !Object.hasOwn(errorCodes, code) && !Object.hasOwn(faults, code))).toEqual([]);
  });

  it('has output and pictures of at most 80 columns', () => {
    const wide = fences(text)
      .filter(({ language }) => language === 'console' || language === 'text')
      .flatMap(({ lines }) => lines.filter((line) => line.length > 80));
    expect(wide).toEqual([]);
  });
});

/** Those of messox, of the module that the guide writes, and of any. */
const isSetting = (key: string): boolean =>
  findSetting(key) !== undefined || /^modules\.(guestbook(\.greeting)?|NAME)$/.test(key);

/** Why messox would not take the command. */
function refusal({ words, isWhole }: WrittenCommand): string[] {
  // A mention without what follows the name: `messox config set`.
  if (!isWhole && findCommand(commands, words)) return [];
  const said = `messox ${words.join(' ')}`;
  try {
    const request = parse(commands, words, {});
    if (request.kind !== 'run') return [];
    const { args, command } = request;
    const settings = (command.spec.arguments ?? []).filter(({ completes }) => completes === 'setting');
    const unknown = settings.map(({ name }) => String(args[name])).filter((key) => !isSetting(key));
    return unknown.map((key) => `${said}: There is no setting ${key}`);
  } catch (error) {
    return [`${said}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

it('refuses what messox would refuse', () => {
  const wrong = [
    'npx messox up --prot 1',
    'npx messox user make ana',
    'npx messox chat',
    'npx messox logs --level loud',
  ];
  const text = ['```sh', ...wrong, 'npx messox config set server.prot 1', 'npx messox user create', '```', ''].join(
    '\n',
  );
  expect(writtenCommands(text).flatMap(refusal)).toHaveLength(5);
});

it('has a README of at most 150 lines', () => {
  for (const file of ['README.md', 'README.pt-BR.md'])
    expect(textOf(file).split('\n').length - 1).toBeLessThanOrEqual(150);
});

it('lists every page of the documentation in docs/README.md', () => {
  const listed = new Set(
    relativeLinks(textOf('docs/README.md')).map(({ path: target }) => path.posix.join('docs', target)),
  );
  const pages = documents.filter((file) => file.startsWith('docs/') && !file.startsWith('docs/start/pt-BR/'));
  expect(pages.filter((page) => page !== 'docs/README.md' && !listed.has(page))).toEqual([]);
});
