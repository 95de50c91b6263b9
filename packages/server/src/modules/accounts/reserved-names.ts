/** The usernames of the accounts that `messox verify` makes and removes begin with this; nobody else gets one. */
export const verifyPrefix = 'messox-verify-';

/** Whether a username, given by its key, is kept for the server's own use. */
export const isReserved = (key: string): boolean => key.startsWith(verifyPrefix);
