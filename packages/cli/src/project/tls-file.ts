import { statSync } from 'node:fs';

/** What is at a path; `hidden`: this user may not look into its folder, as into those of certbot. */
export type TlsFile =
  | { readonly kind: 'missing' | 'folder' | 'hidden' }
  | { readonly kind: 'file'; readonly mode: number; readonly owner: number; readonly group: number };

/** What there is of a certificate or key that nginx is to have. */
export const lookAtTlsFile = (path: string): TlsFile => {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return { kind: 'folder' };
    return { kind: 'file', mode: stats.mode & 0o777, owner: stats.uid, group: stats.gid };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { kind: code === 'EACCES' || code === 'EPERM' ? 'hidden' : 'missing' };
  }
};
