import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type postgres from 'postgres';
import type { Link } from '../kernel/database/pool.ts';

/** What a query of the driver is beneath its types: how it is told of an error that comes after its stream was handed out. */
interface Rejectable {
  reject: (error: Error) => void;
}

/** What a `COPY … TO STDOUT` sends, no faster than it is taken. */
export async function* copyOut(link: Link, text: string): AsyncGenerator<Buffer> {
  const stream: Readable = await link.run((sql) => sql.unsafe(text).readable());
  for await (const chunk of stream) yield chunk as Buffer;
  // The driver pauses its socket when the stream is full, and a stream that has ended asks for no more: the answer to
  // the next statement would never be read.
  stream._read(0);
}

/** A `COPY … FROM STDIN` that has begun. */
export interface CopyIn {
  /** Resolves when more may be sent. @throws what PostgreSQL says of the rows so far, which may be any before */
  write(chunk: Buffer): Promise<void>;
  /** Resolves when every row is in. @throws what PostgreSQL says of the rows */
  end(): Promise<void>;
}

/** Begins a `COPY … FROM STDIN`. */
export const copyIn = async (link: Link, text: string): Promise<CopyIn> => {
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch(() => undefined);
  const begin = (sql: postgres.Sql): PromiseLike<Writable> => {
    const query = sql.unsafe(text);
    // PostgreSQL looks at the last rows when it has them all. The driver has settled the query by then and tells an
    // error to nobody else.
    const told = query as unknown as Rejectable;
    const reject = told.reject.bind(query);
    told.reject = (error) => {
      fail(error);
      reject(error);
    };
    return query.writable();
  };
  const stream = await link.run(begin);
  stream.on('error', fail);
  stream.on('close', () => {
    if (!stream.writableFinished) fail(new Error('The connection to the database was lost'));
  });
  return {
    write: async (chunk) => {
      const room = stream.write(chunk);
      await Promise.race([failed, room ? undefined : once(stream, 'drain')]);
    },
    end: async () => {
      const finished = once(stream, 'finish');
      stream.end();
      await Promise.race([failed, finished]);
    },
  };
};
