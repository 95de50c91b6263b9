import type { MediaType, Parameter } from '../open-api-document.ts';
import { anchor } from '../anchors.ts';
import { type Answer, answersOf } from '../answers.ts';
import { faultList } from './faults.ts';
import { fieldList } from './field-list.ts';
import { jsonExample } from './json-example.ts';
import { Markup, markup } from './markup.ts';
import { inline } from './prose.ts';
import type { Call, Site } from '../site.ts';

const json = (content: Readonly<Record<string, MediaType>> | undefined): MediaType | undefined =>
  content?.['application/json'];

const parameters = (title: string, those: readonly Parameter[], site: Site): Markup | undefined => {
  if (those.length === 0) return undefined;
  const properties = Object.fromEntries(those.map(({ name, schema }) => [name, schema]));
  const required = those.filter((it) => it.required).map(({ name }) => name);
  return markup`<h4>${title}</h4>${fieldList({ type: 'object', properties, required }, site)}`;
};

const answerMarkup = ({ media, statuses }: Answer, site: Site): Markup =>
  markup`<h4>Answer <b class="status">${statuses.join(' or ')}</b></h4>${
    media ? fieldList(media.schema, site) : markup`<p class="none">No body.</p>`
  }`;

export const methodBadge = (method: string): Markup =>
  markup`<span class="badge ${method.toLowerCase()}">${method}</span>`;

const callMarkup = (call: Call, site: Site): Markup => {
  const answers = answersOf(call);
  const body = json(call.requestBody?.content);
  const inPlace = (place: string) => call.parameters?.filter((it) => it.in === place) ?? [];
  return markup`<article id="${anchor.call(call.operationId)}">
<h3>${methodBadge(call.method)} <code>${call.path}</code> <a class="self" href="#${anchor.call(
    call.operationId,
  )}">${call.operationId}</a></h3>
<p class="summary">${inline(call.summary, site)}${
    call.security.length > 0 ? markup` <span class="auth">access token</span>` : undefined
  }</p>
<div class="sides"><div>
${parameters('Path', inPlace('path'), site)}${parameters('Query', inPlace('query'), site)}${
    body ? markup`<h4>Body</h4>${fieldList(body.schema, site)}` : undefined
  }
${answers.map((answer) => answerMarkup(answer, site))}
${faultList(call['x-faults'], (code) => site.openApi['x-faults'][code]?.status)}
</div><div class="examples">
${body ? jsonExample(`${call.method} ${call.path}`, body.example) : undefined}${answers.map(({ media, statuses }) => (media ? jsonExample(statuses.join(' or '), media.example) : markup``))}
</div></div></article>`;
};

/** The calls of each tag. */
export const callSections = (site: Site): Markup[] =>
  site.openApi.tags.map(
    ({ name }) =>
      markup`<section id="${anchor.tag(name)}"><h2>${name}</h2>${site.calls
        .filter(({ tags }) => tags.includes(name))
        .map((call) => callMarkup(call, site))}</section>`,
  );
