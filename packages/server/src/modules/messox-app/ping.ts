import { createHash, timingSafeEqual } from 'node:crypto';
import { answerJson } from './answers.ts';

const mediaRange = /[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+(?:\s*;[^,]*)?/;
const acceptShape = new RegExp(`^\\s*${mediaRange.source}(?:\\s*,\\s*${mediaRange.source})*\\s*$`);
/** The app's empty key: HTTP takes the space after the scheme away. */
const bearerShape = /^Bearer(?: +(\S*))?$/i;

const digest = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

/** `GET /server/ping`: whether this is a messox server and the key is its own. Without a key of its own, any will do. */
export const createPing = (apiKey: string) => {
  const expected = digest(Buffer.from(apiKey));
  return async (request: Request): Promise<Response> => {
    const bearer = bearerShape.exec(request.headers.get('authorization') ?? '');
    if (!bearer) return malformed('Authorization', 'It is Bearer and the API key, or Bearer alone.');
    if (!acceptShape.test(request.headers.get('accept') ?? ''))
      return malformed('Accept', 'It is a list of media types such as */*.');
    // Header bytes come as Latin-1.
    const given = digest(Buffer.from(bearer[1] ?? '', 'latin1'));
    if (apiKey !== '' && !timingSafeEqual(given, expected))
      return answerJson(401, { message: 'The API key is wrong.' });
    return answerJson(200, { message: 'pong' });
  };
};

const malformed = (header: string, message: string): Response =>
  answerJson(400, { 'header-field': header, message: `${header} is missing or malformed. ${message}` });
