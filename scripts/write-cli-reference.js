/**
 * Writes the pages of docs/reference/ that the command table and the settings schema are the source of:
 *
 *   npx tsc -b packages/cli && node scripts/write-cli-reference.js
 */
import { writeFileSync } from 'node:fs';
import { referencePages } from '../packages/cli/dist/reference/pages.js';

const folder = new URL('../docs/reference/', import.meta.url);
for (const [name, text] of Object.entries(referencePages())) writeFileSync(new URL(name, folder), text);
