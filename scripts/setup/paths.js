import { fileURLToPath } from 'node:url';

/** The clone's root folder, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where the scripts remember what they did; goes away together with node_modules. */
export const cache = `${root}node_modules/.cache/messox/`;

/**
 * The path of a development tool's executable.
 * @param {string} name
 */
export const bin = (name) => `${root}node_modules/.bin/${name}`;
