import { z } from 'zod';
import { defaultLimits } from './limits.ts';

const utf8 = new TextEncoder();

/** Bytes of `text` in UTF-8. */
export const byteLength = (text: string): number => utf8.encode(text).length;

/** Unicode code points of `text`; an emoji family counts its parts. */
export const codePointLength = (text: string): number => {
  let count = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit < 0xdc00) i += 1;
    count += 1;
  }
  return count;
};

/** Neither NUL, which PostgreSQL cannot store, nor a lone surrogate, which UTF-8 cannot carry. */
export const isSoundText = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** The issue that a text with NUL or a lone surrogate gets; it becomes the fault `invalid_text`. */
export const unsoundText = 'The text holds NUL or a lone surrogate.';

export interface TextBounds {
  readonly min?: number;
  /** Code points. */
  readonly max: number;
  /** Bytes in UTF-8; four a code point when not given. */
  readonly maxBytes?: number;
}

/** Text of bounded length that is stored and handed on byte for byte. */
export const text = ({ min = 0, max, maxBytes = max * 4 }: TextBounds) =>
  z
    .string()
    .min(min)
    .superRefine((value, context) => {
      // The cheap bound first: the others look at every character.
      if (value.length > maxBytes || (value.length > max && codePointLength(value) > max))
        context.addIssue({ code: 'too_big', maximum: max, origin: 'string', input: value });
      else if (!isSoundText(value)) context.addIssue({ code: 'custom', message: unsoundText, input: value });
      else if (value.length * 3 > maxBytes && byteLength(value) > maxBytes)
        context.addIssue({ code: 'custom', message: `Too long: more than ${maxBytes} bytes in UTF-8.`, input: value });
    })
    .meta({ maxLength: max });

/** A user's or channel's id: a positive integer below 2^53. */
export const id = z.int().positive();
/** A place in a channel's timeline: 1, 2, 3, … */
export const seq = z.int().positive();
/** A cursor: the last seq that a client holds; 0 holds nothing. */
export const cursor = z.int().min(0);
/** RFC 3339 in UTC with milliseconds. */
export const time = z.iso.datetime({ precision: 3 });
export const uuid = z.uuid();

const idKey = z
  .string()
  .regex(/^[1-9]\d{0,15}$/)
  .refine((key) => Number.isSafeInteger(Number(key)), 'Not an id.');
/** Channel id (as JSON object keys are strings) to cursor. */
export const cursors = z
  .record(idKey, cursor)
  .refine((value) => Object.keys(value).length <= defaultLimits.cursorsPerHello, 'Too many cursors.');
/** Channel id to seq. */
export const heads = z.record(idKey, seq);

/** Who may see whether a user is online, and when that was last; it is seen by those alone who let themselves be seen. */
export const sharing = z.enum(['everyone', 'contacts', 'nobody']).meta({
  description:
    'everyone: whoever shares a channel with the user; contacts: those to whom the user has written in a direct channel, or with whom the user opened it; nobody. Two users see each other’s presence only where both allow it.',
});

export const username = text({ min: 1, max: defaultLimits.usernameCodePoints });
export const password = text({
  min: 1,
  max: defaultLimits.passwordBytes,
  maxBytes: defaultLimits.passwordBytes,
});
export const displayName = text({ max: defaultLimits.displayNameCodePoints });
export const bio = text({ max: defaultLimits.bioCodePoints });
export const channelName = text({ min: 1, max: defaultLimits.channelNameCodePoints });
export const messageText = text({ min: 1, max: defaultLimits.textCodePoints, maxBytes: defaultLimits.textBytes });
export const emoji = text({ min: 1, max: defaultLimits.emojiCodePoints });

const isBoundedJson = (value: unknown): boolean => {
  const json = JSON.stringify(value);
  return byteLength(json) <= defaultLimits.metaBytes;
};
/** What JSON.stringify escapes as `\u0000` or as a lone surrogate cannot be stored as jsonb. */
const isSoundJson = (value: unknown): boolean =>
  !/\\u(0000|d[89a-f])/i.test(JSON.stringify(value).replaceAll('\\\\', ''));

/** Whether every number in a JSON value is the one that was written: an integer beyond 2^53 no longer is. */
const isExactJson = (value: unknown): boolean => {
  // PostgreSQL writes a tiny number out in full, digit by digit.
  if (typeof value === 'number') return Number.isInteger(value) ? Number.isSafeInteger(value) : Math.abs(value) > 1e-15;
  return typeof value !== 'object' || value === null || Object.values(value).every(isExactJson);
};

/** A message's own data for programs: a JSON object that people don't see. */
export const meta = z
  .record(z.string(), z.json())
  .refine(isBoundedJson, 'Too large.')
  .refine(isSoundJson, unsoundText)
  .refine(isExactJson, 'A number is too large or too close to zero to be kept as it is.');
