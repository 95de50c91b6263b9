import {
  asyncApiDocument,
  documentationPage,
  events,
  type Limits,
  openApiDocument,
  type OpContract,
} from '@messox/protocol';
import type { Api } from './api.ts';

/** The page reaches no other host: the policy would stop it. */
const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'";

export interface DocumentsOptions {
  readonly api: Api;
  /** The ops that are served. */
  readonly ops: readonly OpContract[];
  readonly version: string;
  readonly limits: Limits;
  /** Where clients reach the server, when that is known. */
  readonly url?: string | undefined;
}

export const documentPaths = {
  openApi: '/api/openapi.json',
  asyncApi: '/api/asyncapi.json',
  page: '/api/docs',
} as const;

/** `/api/openapi.json`, `/api/asyncapi.json` and, for people, `/api/docs`: derived from what is really served. */
export const serveDocuments = ({ api, limits, ops, url, version }: DocumentsOptions): void => {
  // Made at the start: two modules that give one name to different things are found then.
  const info = { version, limits, ...(url === undefined ? {} : { url }) };
  const openApi = openApiDocument(api.contracts, info);
  const asyncApi = asyncApiDocument(ops, Object.values(events), info);
  const page = documentationPage(openApi, asyncApi);
  const json = (document: unknown): Response =>
    Response.json(document, { headers: { 'Access-Control-Allow-Origin': '*' } });
  api.plain('kernel', 'GET', documentPaths.openApi, async () => json(openApi));
  api.plain('kernel', 'GET', documentPaths.asyncApi, async () => json(asyncApi));
  api.plain('kernel', 'GET', documentPaths.page, async () => {
    const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': pagePolicy };
    return new Response(page, { headers });
  });
};
