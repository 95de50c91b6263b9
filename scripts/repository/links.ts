/** A link of a Markdown file to a file beside it. */
export interface Link {
  /** Relative to the file; empty for a heading of the same file. */
  path: string;
  /** The heading that is meant, without `#`. */
  heading: string | undefined;
}

/** The relative links of a Markdown text, outside of code. */
export function relativeLinks(markdown: string): Link[] {
  const text = withoutCode(markdown);
  const inline = text.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g);
  const references = text.matchAll(/^\s*\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)/gm);
  const html = text.matchAll(/\b(?:src|href)="([^"]+)"/g);
  return [...inline, ...references, ...html].flatMap(([, target = '']) => {
    if (/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(target)) return [];
    const [path = '', heading] = target.split('#');
    return [{ path: decodeURIComponent(path), heading }];
  });
}

/** The names that the headings of a Markdown text can be linked by. */
export function headings(markdown: string): Set<string> {
  const names = new Set<string>();
  for (const [, title = ''] of withoutFences(markdown).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const plain = title.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const name = plain.replace(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-');
    let unique = name;
    for (let count = 1; names.has(unique); count++) unique = `${name}-${count}`;
    names.add(unique);
  }
  return names;
}

/** A Markdown text without its blocks of code. */
export const withoutFences = (markdown: string): string => markdown.replace(/^ *(`{3,}|~{3,})[\s\S]*?^ *\1/gm, '');

const withoutCode = (markdown: string): string => withoutFences(markdown).replace(/(`+)[^`].*?\1/g, '');
