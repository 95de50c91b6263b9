/**
 * Writes the pages of docs/reference/ that the contract in packages/protocol is the source of:
 *
 *   npx tsc -b packages/protocol && node scripts/write-reference.js
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { referencePages } from '../packages/protocol/dist/documents/reference/reference-pages.js';

const folder = new URL('../docs/reference/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(referencePages())) writeFileSync(new URL(name, folder), text);
