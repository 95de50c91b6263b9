import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone; this program runs from e2e/dist/lab. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** What each image is made of. */
export const imageSources = join(root, 'e2e', 'lab', 'images');

/** What takes long to make and is the same each time, outside of the clone. */
export const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'messox-lab');
