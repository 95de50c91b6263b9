import type { DocumentedLimit } from '../info.ts';
import { anchor } from '../anchors.ts';
import { Markup, markup } from './markup.ts';
import { inline } from './prose.ts';
import type { Site } from '../site.ts';

export const table = (
  id: string,
  title: string,
  about: Markup,
  heads: readonly string[],
  rows: readonly Markup[],
): Markup =>
  markup`<section id="${id}"><h2>${title}</h2><p>${about}</p><div class="scroll"><table><thead><tr>${heads.map(
    (head) => markup`<th scope="col">${head}</th>`,
  )}</tr></thead><tbody>${rows}</tbody></table></div></section>`;

export const errorTable = (site: Site): Markup => {
  const rows = Object.entries(site.openApi['x-faults']).map(
    ([
      code,
      { message, remedy, status },
    ]) => markup`<tr id="${anchor.error(code)}"><th scope="row"><code>${code}</code></th>
<td>${status}</td><td class="remedy">${remedy}</td><td>${inline(message, site)}</td></tr>`,
  );
  const about = markup`What a client does: <b>fix</b> the request, <b>reauthenticate</b> (refresh the token or log in), <b>retry</b> later
with the same request and the same <code>clientId</code>, or <b>give up</b>. Over the socket the status is not sent.`;
  return table('errors', 'Errors', about, ['Code', 'Status', 'Do', 'Meaning'], rows);
};

export const closeTable = (site: Site): Markup => {
  const rows = Object.values(site.asyncApi['x-close-codes']).map(
    ({ about, code }) =>
      markup`<tr id="${anchor.close(code)}"><th scope="row"><code>${code}</code></th><td>${inline(about, site)}</td></tr>`,
  );
  const about = markup`Why the server closes a socket. After any of them, and after a lost line, a client comes back with its cursors.`;
  return table('close-codes', 'Close codes', about, ['Code', 'Meaning'], rows);
};

const amount = (value: number, { unit }: DocumentedLimit): string => `${value.toLocaleString('en-US')} ${unit}`;

export const limitTable = (site: Site): Markup => {
  const rows = Object.entries(site.openApi['x-limits']).map(([name, limit]) => {
    const other =
      limit.value === limit.default ? undefined : markup`<br><small>default ${amount(limit.default, limit)}</small>`;
    return markup`<tr id="${anchor.limit(name)}"><th scope="row"><code>${name}</code></th><td class="amount">${amount(limit.value, limit)}${other}</td>
<td>${limit.told ? 'told' : ''}</td><td>${inline(limit.about, site)}</td></tr>`;
  });
  const about = markup`Those that are told stand in <code>limits</code> of the reply to <a href="#${anchor.op('hello')}"><code>hello</code></a>: a client reads them there, since a server may have numbers of its own.`;
  return table('limits', 'Limits', about, ['Name', 'Value', '', 'About'], rows);
};
