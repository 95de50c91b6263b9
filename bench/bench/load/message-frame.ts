import { clientTextFrame } from './frames.ts';

/** Ids of requests have ten digits from the first on, so that a frame is made by writing over a template. */
export const firstNumber = 1_000_000_001;

const digits = '0123456789abcdef';

/** Makes frames of `message.send` to one channel. Each has a `clientId` of its own that ends with the message's number. */
export const messageFrames = (channelId: number, text: string): ((number: number) => Buffer) => {
  const clientId = '00000000-0000-4000-8000-000000000000';
  const json = JSON.stringify({ id: firstNumber, op: 'message.send', data: { channelId, clientId, text } });
  const template = Buffer.from(json);
  const idAt = json.indexOf(String(firstNumber));
  const clientIdAt = json.indexOf(clientId);
  return (number) => {
    template.write(String(number), idAt, 'latin1');
    // Random where it begins, as clients make them: the index gets no order that real ones would not have.
    for (let at = 0; at < 8; at += 1) template[clientIdAt + at] = digits.charCodeAt((Math.random() * 16) | 0);
    template.write(number.toString(16).padStart(12, '0'), clientIdAt + 24, 'latin1');
    return clientTextFrame(template);
  };
};
