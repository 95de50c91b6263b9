import { expect, it } from 'vitest';
import { repositoryFiles, textOf } from './files.ts';

const binary = /\.(png|jpe?g|gif|webp|ico|woff2?|pdf|gz|tgz)$/;
const texts = repositoryFiles().filter((path) => !binary.test(path));

/** Whoever installs decides where packages come from. */
const registryHost = /\b(registry|npm|pkgs?|mirrors?)\.[a-z0-9-]+(\.[a-z0-9-]+)*\.(org|com|io|dev|net|cn)\b/i;

it('mentions no package registry', () => {
  const mentions = texts.flatMap((path) => {
    const line = textOf(path)
      .split('\n')
      .findIndex((text) => registryHost.test(text));
    return line === -1 ? [] : [`${path}:${line + 1}`];
  });
  expect(mentions).toEqual([]);
});

it('knows a registry when it sees one', () => {
  expect(registryHost.test(['https://registry', 'example', 'org/messox'].join('.'))).toBe(true);
});

it('has no secret file and no database in it', () => {
  const secret = /(^|\/)(\.env|id_rsa|.*\.pem|PG_VERSION|postmaster\.pid)$/;
  expect(repositoryFiles().filter((path) => secret.test(path))).toEqual([]);
});

it('has text files that end with a line break and have no carriage returns', () => {
  const wrong = texts.filter((path) => {
    const text = textOf(path);
    return text !== '' && (!text.endsWith('\n') || text.includes('\r'));
  });
  expect(wrong).toEqual([]);
});
