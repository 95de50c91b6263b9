import type { Message } from '../async-api-document.ts';
import { anchor } from '../anchors.ts';
import { faultList } from './faults.ts';
import { fieldList } from './field-list.ts';
import { jsonExample } from './json-example.ts';
import { Markup, markup } from './markup.ts';
import { inline } from './prose.ts';
import type { Event, Op, Site } from '../site.ts';

const data = (title: string, message: Message | undefined, site: Site): Markup | undefined => {
  const schema = message?.payload.properties?.data;
  return schema && markup`<h4>${title}</h4>${fieldList(schema, site)}`;
};

const example = (label: string, message: Message | undefined): Markup | undefined => {
  const [shown] = message?.examples ?? [];
  return shown && jsonExample(label, shown.payload);
};

const opMarkup = ({ name, ok, operation, request }: Op, site: Site): Markup => markup`<article id="${anchor.op(name)}">
<h3><span class="badge op">op</span> <code>${name}</code></h3>
<p class="summary">${inline(operation.summary, site)}</p>
<div class="sides"><div>
${data('Data', request, site)}${data('Reply', ok, site)}
${faultList(operation['x-faults'] ?? [])}
</div><div class="examples">${example('Request', request)}${example('Reply', ok)}</div></div></article>`;

const eventMarkup = ({ message, name }: Event, site: Site): Markup => markup`<article id="${anchor.event(name)}">
<h3><span class="badge event">event</span> <code>${name}</code></h3>
<p class="summary">${inline(message.summary, site)}</p>
<div class="sides"><div>${data('Data', message, site)}</div>
<div class="examples">${example('Event', message)}</div></div></article>`;

/** Requests of the client, then what the server tells. */
export const socketSections = (site: Site): Markup[] => [
  markup`<section id="ops"><h2>Ops</h2>${site.ops.map((op) => opMarkup(op, site))}</section>`,
  markup`<section id="events"><h2>Events</h2>${site.events.map((event) => eventMarkup(event, site))}</section>`,
];
