import { Fault } from '../fault.ts';
import { decodeUtf8 } from '../json.ts';

/** Reads a request's body up to `bytes`; what is longer is not read on. @throws Fault payload_too_large */
const readBytes = async (request: Request, bytes: number): Promise<Uint8Array> => {
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > bytes) throw new Fault('payload_too_large', { maxBytes: bytes });
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of (request.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
      length += part.length;
      if (length > bytes) break;
      parts.push(part);
    }
  } catch {
    // Nobody will read this: the client is gone, or was too slow.
    throw new Fault('invalid_request', { reason: 'the body ended early' });
  }
  if (length > bytes) throw new Fault('payload_too_large', { maxBytes: bytes });
  return Buffer.concat(parts);
};

/** The body as text; what is not UTF-8 is refused. @throws Fault payload_too_large, invalid_json */
export const readText = async (request: Request, bytes: number): Promise<string> =>
  decodeUtf8(await readBytes(request, bytes));

/** The media type of a request's body, in lower case and without parameters. */
export const mediaType = (request: Request): string =>
  (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
