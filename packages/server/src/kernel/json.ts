import { Fault } from './fault.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const quote = 0x22;
const backslash = 0x5c;

/** What is left of `room` once each `opener` in this text has taken one; below 0 when there are more. */
const openers = (json: string, opener: '{' | '[', room: number): number => {
  let left = room;
  for (let at = json.indexOf(opener); at >= 0 && left >= 0; at = json.indexOf(opener, at + 1)) left -= 1;
  return left;
};

/** Whether objects and arrays in this JSON nest no deeper than `levels`. JSON.parse has no bound of its own. */
export const isShallow = (json: string, levels: number): boolean => {
  if (openers(json, '{', openers(json, '[', levels)) >= 0) return true;
  let depth = 0;
  for (let i = 0; i < json.length; i += 1) {
    const unit = json.charCodeAt(i);
    if (unit === quote) {
      for (i += 1; i < json.length && json.charCodeAt(i) !== quote; i += 1)
        if (json.charCodeAt(i) === backslash) i += 1;
    } else if (unit === 0x7b || unit === 0x5b) {
      depth += 1;
      if (depth > levels) return false;
    } else if (unit === 0x7d || unit === 0x5d) depth -= 1;
  }
  return true;
};

/** @throws Fault `invalid_json` */
export const parseJson = (json: string, levels: number): unknown => {
  if (!isShallow(json, levels)) throw new Fault('invalid_json', { reason: `nested deeper than ${levels} levels` });
  try {
    return JSON.parse(json) as unknown;
  } catch {
    throw new Fault('invalid_json', { reason: 'not JSON' });
  }
};

/** Bytes to text; what is not UTF-8 is refused, never replaced. @throws Fault `invalid_json` */
export const decodeUtf8 = (bytes: Uint8Array): string => {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Fault('invalid_json', { reason: 'not UTF-8' });
  }
};
