import { CliError } from '../errors/cli-error.ts';

/** More than any password that the server takes, in bytes. */
const passwordBytes = 8_192;

const wrong = (why: string): CliError =>
  new CliError('invalid_usage', `The password on stdin cannot be used: ${why}`, {
    fixes: ['Give it as one line of text.'],
  });

/** The password that a program pipes in: all of stdin as text, without the line end that `echo` adds. */
export const readPasswordFrom = async (stdin: AsyncIterable<Buffer | string>): Promise<string> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > passwordBytes) throw wrong('it is too long');
    chunks.push(bytes);
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    throw wrong('it is not UTF-8');
  }
  const password = text.replace(/\r?\n$/, '');
  if (password === '') throw wrong('it is empty');
  if (/[\r\n]/.test(password)) throw wrong('it has several lines');
  return password;
};
