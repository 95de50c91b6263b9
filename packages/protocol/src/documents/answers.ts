import type { MediaType, Operation } from './open-api-document.ts';

export interface Answer {
  readonly statuses: readonly string[];
  readonly media: MediaType | undefined;
}

/** What a call answers when it did it; statuses with the same body stand together. */
export const answersOf = (call: Operation): Answer[] => {
  const answers = new Map<string, Answer>();
  for (const [status, response] of Object.entries(call.responses)) {
    if (!status.startsWith('2') || !('description' in response)) continue;
    const media = response.content?.['application/json'];
    const key = JSON.stringify(media);
    answers.set(key, { statuses: [...(answers.get(key)?.statuses ?? []), status], media });
  }
  return [...answers.values()];
};
