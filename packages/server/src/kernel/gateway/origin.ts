import type { IncomingMessage } from 'node:http';

/**
 * Whether the page that opens a socket may do so: pages of the server's own host and of the list may, and so may what
 * is no page at all and sends no Origin (RFC 6455, 10.2). The comparison is exact.
 */
export const isAllowedOrigin = (request: IncomingMessage, allowed: readonly string[]): boolean => {
  const { host, origin } = request.headers;
  if (origin === undefined) return true;
  if (allowed.some((it) => new URL(it).origin === origin)) return true;
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
};
