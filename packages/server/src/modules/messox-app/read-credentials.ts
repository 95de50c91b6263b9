import { isSoundText } from '@messox/protocol';
import { z } from 'zod';
import { type Host, parseJson } from '../../kernel/module.ts';
import type { Field, Refusal } from './answers.ts';
import { decodeForm } from './decode-form.ts';
import { readBody } from './read-body.ts';

export interface Credentials {
  readonly name: string;
  readonly password: string;
}

const fields = ['name', 'password'] as const;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const jsonBody = z.record(z.string(), z.unknown());

/** `name` and `password` from a body in either form. The app sends a form, other clients JSON. */
export const readCredentials = async (
  request: Request,
  { bodyBytes, jsonDepth }: Pick<Host['limits'], 'bodyBytes' | 'jsonDepth'>,
): Promise<Credentials | Refusal> => {
  const decode = decoderFor(request.headers.get('content-type') ?? '', jsonDepth);
  if (!decode) return malformed('The body is application/x-www-form-urlencoded or application/json.');
  const { content, whole } = await readBody(request, bodyBytes);
  if (!whole) return { status: 413, field: fieldAtTheEnd(content), message: `More than ${bodyBytes} bytes.` };
  const body = decoded(content, decode);
  if (!body) return malformed('The body is not what its content type says, or not UTF-8.');
  for (const field of fields) {
    const value = body[field];
    if (typeof value !== 'string' || value === '') return { status: 400, field, message: 'Missing.' };
    if (!isSoundText(value)) return { status: 400, field, message: 'It holds NUL or a lone surrogate.' };
  }
  return body as Record<Field, string>;
};

const malformed = (message: string): Refusal => ({ status: 400, message });

const decoderFor = (contentType: string, jsonDepth: number) => {
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase();
  if (mediaType === 'application/x-www-form-urlencoded') return decodeForm;
  if (mediaType === 'application/json') return (text: string) => jsonBody.parse(parseJson(text, jsonDepth));
  return undefined;
};

const decoded = (
  content: Uint8Array,
  decode: (text: string) => Record<string, unknown>,
): Record<string, unknown> | undefined => {
  try {
    return decode(utf8.decode(content));
  } catch {
    return undefined;
  }
};

/** Of a body that is too large: the field that was being read when it became so. */
const fieldAtTheEnd = (content: Buffer): Field =>
  [...content.toString('latin1').matchAll(/(?:^|[&"])(name|password)(?:=|"\s*:)/g)].at(-1)?.[1] === 'password'
    ? 'password'
    : 'name';
