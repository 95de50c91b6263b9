import type { AsyncApiDocument } from '../async-api-document.ts';
import type { OpenApiDocument } from '../open-api-document.ts';
import { callSections } from './calls.ts';
import { contents } from './contents.ts';
import { Markup, markup } from './markup.ts';
import { siteOf } from '../site.ts';
import { socketSections } from './socket.ts';
import { startSection } from './start.ts';
import { style } from './style.ts';
import { closeTable, errorTable, limitTable } from './tables.ts';
import { thingSections } from './things.ts';

/**
 * Both documents as one page for people. It has no script and loads nothing, so that it can be served with
 * `Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'`. Its links to the documents themselves are
 * relative: they stand beside it as `openapi.json` and `asyncapi.json`.
 */
export const documentationPage = (openApi: OpenApiDocument, asyncApi: AsyncApiDocument): string => {
  const site = siteOf(openApi, asyncApi);
  const { beside, folded } = contents(site);
  const { html } = markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${openApi.info.title} API</title><style>${new Markup(style)}</style></head>
<body id="top">${beside}${folded}<main>
${startSection(site)}
${callSections(site)}
${socketSections(site)}
${thingSections(site)}
${errorTable(site)}
${closeTable(site)}
${limitTable(site)}
</main></body></html>
`;
  return html;
};
