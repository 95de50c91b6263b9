import { boundsOf, type Field, fieldsOf, type TypePart, typeOf } from '../fields.ts';
import { type JsonSchema, resolve, sharedName } from '../json-schema.ts';
import { anchor } from '../anchors.ts';
import { Markup, markup } from './markup.ts';
import { inline } from './prose.ts';
import type { Site } from '../site.ts';

const typeMarkup = (parts: readonly TypePart[]): Markup =>
  markup`<span class="type">${parts.map(({ shared, text }) =>
    shared === undefined ? markup`${text}` : markup`<a href="#${anchor.thing(shared)}">${text}</a>`,
  )}</span>`;

const fieldItem = (field: Field, site: Site): Markup => markup`<li>
<div class="field"><code class="name">${field.name}</code> ${typeMarkup(field.type)}${field.bounds.map(
  (bound) => markup` <span class="bound">${bound}</span>`,
)}${field.required ? undefined : markup` <span class="optional">optional</span>`}</div>${
  field.description === undefined ? undefined : markup`<div class="about">${inline(field.description, site)}</div>`
}${list(field.fields, site)}</li>`;

const list = (fields: readonly Field[], site: Site): Markup | undefined =>
  fields.length === 0 ? undefined : markup`<ul class="fields">${fields.map((field) => fieldItem(field, site))}</ul>`;

export const typeLine = (schema: JsonSchema, site: Site): Markup => {
  const bounds = boundsOf(schema, site.shared).map((bound) => markup` <span class="bound">${bound}</span>`);
  return markup`${typeMarkup(typeOf(schema))}${bounds}`;
};

/** What a schema holds: its fields where it is an object, folded away where they stand elsewhere too. */
export const fieldList = (schema: JsonSchema, site: Site): Markup => {
  const target = resolve(schema, site.shared);
  if (sharedName(schema) !== undefined && target.properties)
    return markup`<details class="shared"><summary>${typeLine(schema, site)}</summary>${list(fieldsOf(target, site.shared), site)}</details>`;
  const fields = list(fieldsOf(schema, site.shared), site);
  if (schema.properties) return fields ?? markup`<p class="none">No fields.</p>`;
  return schema.items || !fields ? markup`<p>${typeLine(schema, site)}</p>${fields}` : fields;
};
