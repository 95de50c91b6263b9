import { boundsOf, type Field, fieldsOf, type TypePart, typeOf } from '../fields.ts';
import { type JsonSchema, type JsonSchemas, sharedName } from '../json-schema.ts';

/** The name that a heading can be linked by. */
export const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

export const page = (title: string, ...blocks: readonly string[]): string =>
  [
    '<!-- Made by scripts/write-reference.js from packages/protocol; changes belong there. -->',
    `# ${title}`,
    ...blocks.filter((block) => block !== ''),
  ].join('\n\n') + '\n';

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);

export const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

const part = ({ shared, text }: TypePart): string => {
  if (shared !== undefined) return `[${text}](things.md#${slug(shared)})`;
  if (text === ' | ' || text === 'object of ') return text.replace('|', 'or');
  return text
    .split(' | ')
    .map((word) => `\`${word}\``)
    .join(' or ');
};

/** A type in words, with links to what is shared. */
export const typeText = (schema: JsonSchema, shared: JsonSchemas): string =>
  [typeOf(schema).map(part).join(''), ...boundsOf(schema, shared)].join(', ');

const item = (field: Field, indent: string): string => {
  const facts = [field.type.map(part).join(''), ...field.bounds, ...(field.required ? [] : ['optional'])];
  const about = field.description === undefined ? '' : `. ${field.description}`;
  const inner = field.fields.map((it) => `\n${item(it, `${indent}  `)}`).join('');
  return `${indent}- \`${field.name}\`: ${facts.join(', ')}${about}${inner}`;
};

/** The fields of an object as a list; a shared or simple schema is only named. */
export const fieldText = (title: string, schema: JsonSchema, shared: JsonSchemas): string => {
  const fields = sharedName(schema) === undefined ? fieldsOf(schema, shared) : [];
  if (fields.length > 0) return `${title}:\n\n${fields.map((field) => item(field, '')).join('\n')}`;
  return `${title}: ${schema.properties ? 'no fields' : typeText(schema, shared)}.`;
};
