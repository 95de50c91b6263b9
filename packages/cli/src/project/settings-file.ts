import { readFileSync } from 'node:fs';
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { CliError } from '../errors/cli-error.ts';
import { projectPaths } from './paths.ts';

/** `messox.yaml` as it stands, comments and all. */
export interface SettingsFile {
  readonly path: string;
  readonly source: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** Something in the file that cannot stay. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  /** `server.port`; empty for what concerns the file. */
  readonly key: string;
  readonly message: string;
  readonly suggestion?: string;
  /** The line itself, where it cannot be read as it stands. */
  readonly text?: string;
}

const decode = (bytes: Buffer, path: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CliError('settings_invalid', `${path} is not text in UTF-8`, {
      fixes: ['Save the file as UTF-8.'],
      cause,
    });
  }
};

const read = (path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new CliError('settings_missing', `There is no messox server in this folder`, {
      detail: `${path} does not exist.`,
      fixes: ['`messox init`', 'Name the folder of the server with --dir.'],
      cause,
    });
  }
};

export const parseSettings = (source: string, path: string): SettingsFile => {
  const lines = new LineCounter();
  return { path, source, lines, document: parseDocument(source, { lineCounter: lines, prettyErrors: false }) };
};

/** Throws `settings_missing`; what is wrong inside the file is for `checkSettings`. */
export const readSettingsFile = (dir: string): SettingsFile => {
  const path = projectPaths(dir).settings;
  return parseSettings(decode(read(path), path), path);
};

/** Where the value at `path` stands, or what is nearest to it above. */
export const locate = (
  { document, lines }: SettingsFile,
  path: readonly PropertyKey[],
): { line: number; column: number } => {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return place(lines, node.range[0]);
  }
  return { line: 1, column: 1 };
};

/** Where the name `key` stands in the section at `path`. */
export const locateKey = (
  file: SettingsFile,
  path: readonly PropertyKey[],
  key: string,
): { line: number; column: number } => {
  const section = path.length === 0 ? file.document.contents : file.document.getIn(path, true);
  const pair = isMap(section)
    ? section.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
    : undefined;
  return isNode(pair?.key) && pair.key.range ? place(file.lines, pair.key.range[0]) : locate(file, path);
};

/** The text of a line, counted from 1. */
export const lineOf = ({ source }: SettingsFile, line: number): string => source.split(/\r?\n/)[line - 1] ?? '';

export const place = (lines: LineCounter, offset: number): { line: number; column: number } => {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
};
