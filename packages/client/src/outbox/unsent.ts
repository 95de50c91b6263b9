import type { OpData, ops } from '@messox/protocol';
import type { MessoxError } from '../error.ts';

/** A message that the server has not confirmed yet. */
export type UnsentMessage = OpData<typeof ops.messageSend>;

export interface SentMessage {
  readonly channelId: number;
  readonly clientId: string;
  readonly seq: number;
  readonly sentAt: string;
}

export interface FailedMessage {
  readonly message: UnsentMessage;
  readonly error: MessoxError;
}

/** Reads what an earlier life left behind. */
export const readUnsent = (stored: unknown): UnsentMessage[] => (Array.isArray(stored) ? stored.filter(isUnsent) : []);

const isUnsent = (value: unknown): value is UnsentMessage => {
  const { channelId, clientId, text } = (value ?? {}) as Partial<Record<keyof UnsentMessage, unknown>>;
  return typeof channelId === 'number' && typeof clientId === 'string' && typeof text === 'string';
};
