import type { TimelineEntry } from '@messox/protocol';
import { canonical } from '../state/message.ts';

const sorted = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** One text for everything that is the same: fields in order, reactions as the client's state writes them. */
export const canonicalJson = (entry: TimelineEntry): string =>
  JSON.stringify(entry.kind === 'message' ? canonical(entry) : entry, sorted);
