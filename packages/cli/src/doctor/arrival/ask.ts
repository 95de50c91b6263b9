import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';

const patienceMs = 5_000;
const bodyMax = 4_096;

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** What it calls itself. */
  readonly server: string | undefined;
  /** Its time, in ms, where it tells it. */
  readonly date: number | undefined;
}

const timeOf = (date: string | undefined): number | undefined => {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? undefined : time;
};

/**
 * Asks for the URL at this very address, whatever else the name has. A certificate is read by another check, and not trusted here.
 * Rejects when nothing answers.
 */
export const askAt = (url: URL, address: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const isTls = url.protocol === 'https:';
    const options = {
      host: address,
      port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
      path: url.pathname,
      headers: { Host: url.host },
      timeout: patienceMs,
      agent: false,
    } as const;
    const servername = isIP(url.hostname) === 0 ? url.hostname : '';
    const call = isTls ? httpsRequest({ ...options, rejectUnauthorized: false, servername }) : httpRequest(options);
    const late = setTimeout(
      () => call.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
      patienceMs,
    );
    call.on('close', () => clearTimeout(late));
    call.on('error', reject);
    call.on('response', (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString('latin1');
        if (body.length > bodyMax) response.destroy();
      });
      response.on('error', reject);
      response.on('close', () =>
        resolve({
          status: response.statusCode ?? 0,
          body,
          server: [response.headers.server ?? []].flat()[0],
          date: timeOf(response.headers.date),
        }),
      );
    });
    call.end();
  });
