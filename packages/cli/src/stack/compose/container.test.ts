import { createServer } from 'node:http';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { listenForTest } from '../../testing/listen.ts';
import { answersOk, healthcheck, listensOn } from './container.ts';

const isHealthy = async ([program = '', ...words]: readonly string[]): Promise<boolean> =>
  (await execa(program, words, { reject: false })).exitCode === 0;

it('checks tell a page that is there from one that is not, and from nobody', async () => {
  const asked: string[] = [];
  const server = createServer(({ headers, url }, response) => {
    asked.push(`${String(headers.host)}${url ?? ''}`);
    response.writeHead(url === '/readyz' ? 200 : 503).end('HTTP/1.1 200 OK');
  });
  const port = await listenForTest(server);
  expect(await isHealthy(answersOk(port, '/readyz'))).toBe(true);
  expect(await isHealthy(answersOk(port, '/else'))).toBe(false);
  expect(asked).toEqual(['localhost/readyz', 'localhost/else']);
  expect(await isHealthy(listensOn(port))).toBe(true);
  const silent = await listenForTest(createServer(() => undefined));
  expect(await isHealthy(answersOk(silent, '/readyz'))).toBe(false);
  expect(await isHealthy(answersOk(1, '/readyz'))).toBe(false);
  expect(await isHealthy(listensOn(1))).toBe(false);
});

it('are written so that compose leaves them as they are', () => {
  expect(healthcheck({ command: ['echo', '$status'], everySeconds: 5, startSeconds: 20 })).toMatchObject({
    healthcheck: { test: ['CMD', 'echo', '$$status'] },
  });
});
