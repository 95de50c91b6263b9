import type { MessageChange } from '../state/channel-state.ts';

const kinds: ReadonlySet<string> = new Set<MessageChange['kind']>([
  'message.edited',
  'message.deleted',
  'reaction.added',
  'reaction.removed',
]);

/** Whether the entry is about a message. Entries of a newer server may look like it and be something else. */
export const isChange = <E extends { readonly kind: string }>(
  entry: E,
): entry is Extract<E, { readonly kind: MessageChange['kind'] }> => kinds.has(entry.kind);
