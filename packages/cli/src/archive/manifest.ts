import { z } from 'zod';

/** What is written, and the newest that is read. */
export const formatVersion = 1;
export const formatName = 'messox-backup';

export const memberNames = {
  /** First of all. */
  manifest: 'manifest.json',
  settings: 'messox.yaml',
  secrets: 'secrets.json',
  /** Last of all. */
  contents: 'contents.json',
} as const;

/** The name of a part of a table, counted from 1. */
export const partName = (table: string, part: number): string =>
  `tables/${table}/${String(part).padStart(8, '0')}.copy`;

/** The table of a part and its number; undefined for the name of anything else. */
export const partOf = (name: string): { table: string; part: number } | undefined => {
  const [, table, part] = /^tables\/([a-z_][a-z0-9_]*)\/(\d{8})\.copy$/.exec(name) ?? [];
  return table === undefined ? undefined : { table, part: Number(part) };
};

/** The least that every version of the format has, so that a newer one can be told. */
export const headSchema = z.looseObject({ format: z.literal(formatName), formatVersion: z.int().min(1) });

const count = z.int().min(0);

export const manifestSchema = z.object({
  format: z.literal(formatName),
  formatVersion: z.literal(formatVersion),
  createdAt: z.iso.datetime(),
  messox: z.string(),
  postgres: z.string(),
  /** What the server ran as: its setting `mode`. */
  mode: z.string(),
  epoch: z.string(),
  migrations: z.array(
    z.object({
      module: z.string(),
      number: z.int().min(1),
      name: z.string(),
      checksum: z.string(),
      appliedAt: z.string(),
    }),
  ),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()) })),
  sequences: z.array(
    z.object({ table: z.string(), column: z.string(), lastValue: z.string().regex(/^-?\d+$/), isCalled: z.boolean() }),
  ),
  settings: z.boolean(),
  secrets: z.boolean(),
});
export type Manifest = z.infer<typeof manifestSchema>;

const sum = { bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) };

export const contentsSchema = z.object({
  /** Members that are one file. */
  files: z.record(z.string(), z.object(sum)),
  /** Of all parts of a table together. */
  tables: z.record(z.string(), z.object({ rows: count, ...sum })),
});
export type Contents = z.infer<typeof contentsSchema>;

/** Secrets that sessions depend on. The password of a database is that database's own. */
export const secretsSchema = z.object({ tokenKey: z.string().min(1), appApiKey: z.string().optional() });
export type ArchivedSecrets = z.infer<typeof secretsSchema>;
