import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';

/** Asks Docker's API, without a program that would have to be started for it. @throws Error when it is not there, or refuses */
const open = async (socketPath: string, path: string, signal?: AbortSignal): Promise<IncomingMessage> => {
  const asked = request({ socketPath, path, ...(signal ? { signal } : {}) }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  if (answer.statusCode === 200) return answer;
  answer.resume();
  throw new Error(`Docker answers ${answer.statusCode ?? 0} to ${path}`);
};

/** The text of an answer. */
export const readEngine = async (socketPath: string, path: string): Promise<string> => {
  let text = '';
  for await (const chunk of (await open(socketPath, path)).setEncoding('utf8')) text += String(chunk);
  return text;
};

/** The lines of an answer that goes on: events. */
export async function* followEngine(socketPath: string, path: string, signal: AbortSignal): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of (await open(socketPath, path, signal)).setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** Before each piece of a log: which stream, three zeros, its length. */
const headBytes = 8;

/** The pieces of a container's log, as they come. */
export async function* followLog(socketPath: string, path: string, signal: AbortSignal): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const chunk of await open(socketPath, path, signal)) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    while (rest.length >= headBytes) {
      const end = headBytes + rest.readUInt32BE(4);
      if (rest.length < end) break;
      yield rest.toString('utf8', headBytes, end);
      rest = rest.subarray(end);
    }
  }
}
