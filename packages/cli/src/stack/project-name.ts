const slug = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-$/, '');

/** The name of a new compose project, by the domain or else by the name of the folder. */
export const projectNameOf = (domain: string | undefined, folder: string): string =>
  `messox-${slug(domain ?? folder) || 'server'}`;
