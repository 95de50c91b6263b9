import { asyncApiDocument } from '../async-api.ts';
import { contract } from '../contract.ts';
import { openApiDocument } from '../open-api.ts';
import { siteOf } from '../site.ts';
import { errorsPage } from './errors.ts';
import { limitsPage } from './limits.ts';
import { restPage } from './rest.ts';
import { socketPage } from './socket.ts';
import { thingsPage } from './things.ts';

/** The pages of `docs/reference/` that the contract is the source of, by file name. */
export const referencePages = (): Readonly<Record<string, string>> => {
  // The pages are of every version: none is named in them.
  const info = { version: '0' };
  const site = siteOf(openApiDocument(contract.routes, info), asyncApiDocument(contract.ops, contract.events, info));
  return {
    'errors.md': errorsPage(site),
    'limits.md': limitsPage(site),
    'rest.md': restPage(site),
    'socket.md': socketPage(site),
    'things.md': thingsPage(site),
  };
};
