import { anchor } from '../anchors.ts';
import { fieldList, typeLine } from './field-list.ts';
import { Markup, markup } from './markup.ts';
import { inline } from './prose.ts';
import type { Site } from '../site.ts';
import { table } from './tables.ts';

/** Shared schemas: those with fields in full, the others in a table. */
export const thingSections = (site: Site): Markup[] => {
  const names = Object.keys(site.shared).sort();
  const things = names.map((name) => ({ name, schema: site.shared[name] ?? {} }));
  const simple = things.filter(({ schema }) => !schema.properties);
  const rows = simple.map(({ name, schema }) => {
    return markup`<tr id="${anchor.thing(name)}"><th scope="row"><code>${name}</code></th><td>${typeLine(schema, site)}</td><td>${inline(schema.description ?? '', site)}</td></tr>`;
  });
  const cards = things
    .filter(({ schema }) => schema.properties)
    .map(
      ({ name, schema }) => markup`<article class="thing" id="${anchor.thing(name)}"><h3><code>${name}</code></h3>
<p class="summary">${inline(schema.description ?? '', site)}</p>${fieldList(schema, site)}</article>`,
    );
  return [
    table('types', 'Types', markup`Simple values and choices that have a name.`, ['Name', 'Type', 'About'], rows),
    markup`<section id="things"><h2>Things</h2><div>${cards}</div></section>`,
  ];
};
