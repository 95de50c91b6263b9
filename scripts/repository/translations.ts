/** The pages that are written in Portuguese too: the README and the guide for administrators. */
const translated = /^(README|docs\/start\/[^/]+)\.md$/;
const translation = /^README\.pt-BR\.md$|^docs\/start\/pt-BR\/[^/]+\.md$/;

/** Where the Portuguese text of a page is. */
export const translationOf = (path: string): string =>
  path === 'README.md' ? 'README.pt-BR.md' : path.replace('docs/start/', 'docs/start/pt-BR/');

/** Of which page this is the Portuguese text; other pages are their own. */
export const originalOf = (path: string): string =>
  translation.test(path) ? path.replace('.pt-BR', '').replace('/pt-BR', '') : path;

export const isTranslated = (path: string): boolean => translated.test(path);
/** Wherever it stands: a translation in a wrong place is one, too. */
export const isTranslation = (path: string): boolean => /pt-br/i.test(path) && path.endsWith('.md');
