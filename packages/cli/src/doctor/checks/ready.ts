import { fail, needsServer, ok, type Check } from '../check.ts';

const timeoutMs = 5_000;

export const ready: Check = {
  id: 'ready',
  title: 'Ready',
  group: 'runtime',
  when: ['doctor'],
  modes: ['embedded'],
  skip: needsServer,
  run: async ({ running }) => {
    const url = new URL('/readyz', running?.url);
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
      if (response.ok) return ok(`${url.href} says that the server can serve`);
      return fail(
        `${url.href} answers ${response.status}: ${(await response.text()).slice(0, 200)}`,
        '`messox logs -n 50`',
      );
    } catch (error) {
      return fail(`${url.href} does not answer (${(error as Error).message})`, '`messox restart`');
    }
  },
};
