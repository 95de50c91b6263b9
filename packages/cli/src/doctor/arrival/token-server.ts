import { createServer } from 'node:http';

export interface TokenServer {
  readonly close: () => Promise<void>;
}

/** Answers every request with the token for a moment. Rejects where it cannot listen. */
export const serveToken = (token: string, host: string, port: number): Promise<TokenServer> =>
  new Promise((resolve, reject) => {
    const server = createServer((_, response) => response.end(token));
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () =>
      resolve({
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      }),
    );
  });
