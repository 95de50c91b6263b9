import { defaultLimits, id, messageText, text, type MessageEntry } from '@messox/protocol';
import { z } from 'zod';
import { parseJson, validate } from '../../kernel/module.ts';

/** What the app sends; `adderess`, so spelt, is a user's id. Other fields, `sender` among them, are not looked at. */
const appEvent = z.object({ adderess: id, date: z.string(), type: z.string(), data: z.string() });
export type AppEvent = z.infer<typeof appEvent>;

const date = text({ max: 100 });
const content = {
  message: z.object({ date, data: messageText }),
  other: z.object({
    date,
    type: text({ min: 1, max: 100 }),
    data: text({ max: defaultLimits.textCodePoints, maxBytes: defaultLimits.textBytes }),
  }),
};

/** The event of a frame; undefined for a frame that holds none. */
export const readEvent = (frame: string, jsonDepth: number): AppEvent | undefined => {
  try {
    return appEvent.safeParse(parseJson(frame, jsonDepth)).data;
  } catch {
    return undefined;
  }
};

/** @throws Fault invalid_text, invalid_request for what may not be stored or handed on */
export const checkContent = (event: AppEvent): void => {
  validate(event.type === 'message' ? content.message : content.other, event);
};

/** What the app receives; without a sender it is from the server itself. */
export interface ToldEvent {
  readonly sender?: number;
  readonly date: string;
  readonly type: string;
  readonly data: string;
}

const metaKey = 'messox-app';

/** What a message keeps of the event that brought it. */
export const metaOf = ({ date }: AppEvent): Record<string, unknown> => ({ [metaKey]: { date } });

/** A message as the app has it. One that the app sent says its sender's own `date`. */
export const messageEvent = ({ meta, senderId, sentAt, text: data }: MessageEntry): ToldEvent => {
  const kept = meta?.[metaKey] as { date?: unknown } | null | undefined;
  return { sender: senderId, date: typeof kept?.date === 'string' ? kept.date : sentAt, type: 'message', data };
};
