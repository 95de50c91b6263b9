import { isDeepStrictEqual } from 'node:util';
import { isCollection, isMap, isNode, isScalar, isSeq, Pair, Scalar, stringify, YAMLSeq, type Document } from 'yaml';
import { parseSettings, type SettingsFile } from './settings-file.ts';

/** How far the file indents, so that what is written anew looks like the rest. */
const indentOf = (source: string): number => /^( {2,8})(?=[^\s#-])/m.exec(source)?.[1]?.length ?? 2;

const print = ({ document, source }: SettingsFile): string =>
  document.toString({ lineWidth: 0, indent: indentOf(source), flowCollectionPadding: false });

/** What the file says at `path`; undefined: nothing. */
export const valueOf = ({ document }: SettingsFile, path: readonly string[]): unknown => {
  const node = document.getIn(path, true);
  return isNode(node) ? node.toJS(document) : undefined;
};

/** Whether the file says anything at `path`. */
export const isSet = ({ document }: SettingsFile, path: readonly string[]): boolean => document.hasIn(path);

/** Puts the value in the place of the old one and leaves every other byte, where the old one is a scalar. */
const splice = (file: SettingsFile, path: readonly string[], value: unknown): SettingsFile | undefined => {
  const node = file.document.getIn(path, true);
  if (!isScalar(node) || !node.range || typeof value === 'object') return undefined;
  const [from, to] = node.range;
  if (from === to) return undefined;
  const text = stringify(value, { lineWidth: 0 }).trimEnd();
  const edited = parseSettings(file.source.slice(0, from) + text + file.source.slice(to), file.path);
  const expected = file.document.clone();
  expected.setIn(path, value);
  return edited.document.errors.length === 0 && isDeepStrictEqual(edited.document.toJS(), expected.toJS())
    ? edited
    : undefined;
};

/** Puts a section at the end, after an empty line where the others have one. */
const addSection = (document: Document, name: string, section: unknown): void => {
  if (!isMap(document.contents)) return;
  const key = new Scalar(name);
  key.spaceBefore = document.contents.items.some((pair) => isScalar(pair.key) && pair.key.spaceBefore === true);
  document.contents.items.push(new Pair(key, section));
};

/** A section that holds nothing but comments reads as null; it becomes an empty one that keeps them. */
const openSections = (document: Document, sections: readonly string[]): void => {
  for (let length = 0; length <= sections.length; length += 1) {
    const at = sections.slice(0, length);
    const node = length === 0 ? document.contents : document.getIn(at, true);
    if (isCollection(node)) continue;
    const section = document.createNode({});
    if (isMap(section)) section.flow = false;
    if (isNode(node)) section.commentBefore = [node.commentBefore, node.comment].filter(Boolean).join('\n') || null;
    if (length === 0) document.contents = section;
    else if (node === undefined && length === 1) addSection(document, at[0] ?? '', section);
    else document.setIn(at, section);
  }
};

/** A list that keeps the items, and their comments, that stay in it. */
const listNode = (document: Document, path: readonly string[], value: readonly unknown[]): YAMLSeq => {
  const old = document.getIn(path, true);
  const known: readonly unknown[] = isSeq(old) ? old.items : [];
  const list = new YAMLSeq(document.schema);
  list.items = value.map(
    (item) => known.find((node) => isScalar(node) && node.value === item) ?? document.createNode(item),
  );
  if (isSeq(old) && known.length > 0) list.flow = old.flow === true;
  if (isNode(old)) list.comment = old.comment ?? null;
  return list;
};

/** The file with `value` at `path`; comments and the order stay. */
export const withValue = (file: SettingsFile, path: readonly string[], value: unknown): SettingsFile => {
  if (isDeepStrictEqual(valueOf(file, path), value)) return file;
  const spliced = splice(file, path, value);
  if (spliced) return spliced;
  const { document } = parseSettings(file.source, file.path);
  openSections(document, path.slice(0, -1));
  document.setIn(path, Array.isArray(value) ? listNode(document, path, value) : value);
  return parseSettings(print({ ...file, document }), file.path);
};

/** The file without what stands at `path`. */
export const withoutValue = (file: SettingsFile, path: readonly string[]): SettingsFile => {
  const { document } = parseSettings(file.source, file.path);
  document.deleteIn(path);
  return parseSettings(print({ ...file, document }), file.path);
};
