/** The name that was meant, in small letters, digits and hyphens; it may be empty. */
export const inKebabCase = (name: string, chars: number): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, chars)
    .replace(/^-+|-+$/g, '');
