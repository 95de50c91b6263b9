export { checkDisplayName } from './check-display-name.ts';
export { checkUsername } from './check-username.ts';
export { looksLike } from './skeleton.ts';
export { foldName, usernameKey } from './username-key.ts';
