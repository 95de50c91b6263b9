import type { Contents, Manifest } from './manifest.ts';

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A number of bytes as people say it. */
export const size = (bytes: number): string => {
  const power = Math.min(bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10), units.length - 1);
  const value = bytes / 1_024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power] ?? ''}`;
};

const rowsIn = (contents: Contents, table: string): number => contents.tables[table]?.rows ?? 0;

/** For programs. */
export const archiveData = (manifest: Manifest, contents: Contents) => ({
  createdAt: manifest.createdAt,
  messox: manifest.messox,
  postgres: manifest.postgres,
  mode: manifest.mode,
  settings: manifest.settings,
  secrets: manifest.secrets,
  tables: manifest.tables.map(({ name }) => ({ name, rows: rowsIn(contents, name) })),
});

/** What is in it, in a few words. */
export const holds = (contents: Contents): string =>
  `${rowsIn(contents, 'users')} accounts, ${rowsIn(contents, 'channels')} channels, ${rowsIn(contents, 'messages')} messages`;

/** What is not in it, which an administrator must know before it is needed. */
export const lacks = ({ secrets, settings }: Manifest): string[] => [
  ...(secrets
    ? []
    : [
        'Not inside: the secrets. Without the token key everybody has to log in again after a restore; keep .env (with Docker: secrets/) elsewhere, or use --with-secrets',
      ]),
  ...(settings ? [] : ['Not inside: settings, as there is no messox.yaml']),
];
