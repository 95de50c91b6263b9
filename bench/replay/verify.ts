import type { Held } from './device.ts';
import type { Expected, Pair } from './pair.ts';

const patienceMs = 60_000;

/** What is wrong with a list of messages, compared with what it has to be; nothing when all is right. */
export const compare = (held: readonly Held[], expected: readonly Expected[]): string | undefined => {
  for (const [index, message] of held.entries()) {
    const right = expected[index];
    if (!right) return `message ${index + 1} is one too many: ${JSON.stringify(message)}`;
    if (message.text !== right.text || message.senderId !== right.senderId)
      return `message ${index + 1} is ${JSON.stringify(message)} instead of ${JSON.stringify(right)}`;
    const before = held[index - 1];
    if (before && message.seq <= before.seq) return `message ${index + 1} has seq ${message.seq} after ${before.seq}`;
  }
  if (held.length < expected.length) return `${expected.length - held.length} messages are missing at the end`;
  return undefined;
};

/** Holds what every device was handed, and what each reads from history, against what was said. */
export const verifyPair = async ({ channelId, devices, expected }: Pair): Promise<string[]> => {
  const problems: string[] = [];
  for (const device of devices) {
    const end = performance.now() + patienceMs;
    while (device.of(channelId).length < expected.length && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const live = compare(device.of(channelId), expected);
    if (live !== undefined) problems.push(`${device.name}, live: ${live}`);
    const history: Held[] = [];
    for await (const { senderId, seq, text } of device.client.api.messages(channelId, { pageSize: 100 }))
      history.push({ senderId, seq, text });
    const stored = compare(history.reverse(), expected);
    if (stored !== undefined) problems.push(`${device.name}, history: ${stored}`);
  }
  return problems;
};
