import { anchor } from '../anchors.ts';
import { methodBadge } from './calls.ts';
import { Markup, markup } from './markup.ts';
import type { Site } from '../site.ts';

interface Link {
  readonly to: string;
  readonly label: Markup;
}

const group = (title: string, to: string, links: readonly Link[]): Markup =>
  markup`<li><a class="group" href="#${to}">${title}</a><ul>${links.map(
    (link) => markup`<li><a href="#${link.to}">${link.label}</a></li>`,
  )}</ul></li>`;

const list = (site: Site): Markup => {
  const things = Object.keys(site.shared)
    .filter((name) => site.shared[name]?.properties)
    .sort();
  return markup`<ul class="contents">
<li><a class="group" href="#start">Start</a></li>
${site.openApi.tags.map(({ name }) =>
  group(
    name,
    anchor.tag(name),
    site.calls
      .filter(({ tags }) => tags.includes(name))
      .map(({ method, operationId }) => ({
        to: anchor.call(operationId),
        label: markup`${methodBadge(method)} ${operationId.slice(operationId.indexOf('.') + 1)}`,
      })),
  ),
)}
${group(
  'Ops',
  'ops',
  site.ops.map(({ name }) => ({ to: anchor.op(name), label: markup`${name}` })),
)}
${group(
  'Events',
  'events',
  site.events.map(({ name }) => ({ to: anchor.event(name), label: markup`${name}` })),
)}
<li><a class="group" href="#types">Types</a></li>
${group(
  'Things',
  'things',
  things.map((name) => ({ to: anchor.thing(name), label: markup`${name}` })),
)}
<li><a class="group" href="#errors">Errors</a></li>
<li><a class="group" href="#close-codes">Close codes</a></li>
<li><a class="group" href="#limits">Limits</a></li></ul>`;
};

/** The list of contents: beside the page where there is room, else folded at its top. */
export const contents = (site: Site): { readonly beside: Markup; readonly folded: Markup } => ({
  beside: markup`<nav class="beside" aria-label="Contents"><a class="title" href="#top">${site.openApi.info.title}</a>${list(site)}</nav>`,
  folded: markup`<details class="folded"><summary>Contents</summary><nav aria-label="Contents">${list(site)}</nav></details>`,
});
