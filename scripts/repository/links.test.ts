import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../setup/paths.js';
import { repositoryFiles, textOf } from './files.ts';
import { headings, relativeLinks } from './links.ts';

const documents = repositoryFiles().filter((file) => file.endsWith('.md'));

it.each(documents)('every link of %s leads somewhere', (file) => {
  const broken = relativeLinks(textOf(file)).filter(({ path: target, heading }) => {
    const linked = target === '' ? file : path.posix.join(path.posix.dirname(file), target);
    if (linked.startsWith('..') || !existsSync(root + linked)) return true;
    return heading !== undefined && linked.endsWith('.md') && !headings(textOf(linked)).has(heading);
  });
  expect(broken).toEqual([]);
});

describe('reading Markdown', () => {
  it('finds links to files and headings, and none in code or to other places', () => {
    const text = [
      'See [one](./one.md), ![two](img/two%20b.png "Two") and [three](#the-end).',
      'Not [this](https://example.org/), `[nor](this.md)`.',
      '```md',
      '[nor](that.md)',
      '```',
      '<img src="four.svg">',
      '[five]: ../five.md#here',
    ].join('\n');
    expect(relativeLinks(text)).toEqual([
      { path: './one.md', heading: undefined },
      { path: 'img/two b.png', heading: undefined },
      { path: '', heading: 'the-end' },
      { path: '../five.md', heading: 'here' },
      { path: 'four.svg', heading: undefined },
    ]);
  });

  it('names headings as renderers do', () => {
    const text = '# O que é isto?\n## `messox up`\n```\n# no heading\n```\n## Twice\n### Twice\n';
    expect([...headings(text)]).toEqual(['o-que-é-isto', 'messox-up', 'twice', 'twice-1']);
  });
});
