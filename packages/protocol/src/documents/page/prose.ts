import { Markup, markup } from './markup.ts';
import type { Site } from '../site.ts';

/** A line of text; what stands in backticks is code, and a link where the page explains it. */
export const inline = (text: string, { anchors }: Pick<Site, 'anchors'>): Markup[] =>
  text.split('`').map((part, at) => {
    if (at % 2 === 0) return markup`${part}`;
    const target = anchors.get(part);
    return target === undefined ? markup`<code>${part}</code>` : markup`<a href="#${target}"><code>${part}</code></a>`;
  });

/** Paragraphs, and lists of lines that begin with `- `. */
export const prose = (text: string, site: Pick<Site, 'anchors'>): Markup[] =>
  text.split(/\n\n+/).map((paragraph) => {
    const lines = paragraph.split('\n');
    const items = lines.filter((line) => line.startsWith('- ')).map((line) => line.slice(2));
    const words = lines.filter((line) => line !== '' && !line.startsWith('- ')).join(' ');
    const list = markup`<ul>${items.map((item) => markup`<li>${inline(item, site)}</li>`)}</ul>`;
    return markup`${words === '' ? undefined : markup`<p>${inline(words, site)}</p>`}${items.length > 0 ? list : undefined}`;
  });
