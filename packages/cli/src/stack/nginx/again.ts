import { block } from './lines.ts';
import { prefixOf } from './names.ts';
import type { NginxOptions } from './options.ts';
import { awayLocation } from './refusals.ts';

type Role = 'api' | 'gateway';

/** The named location in which a request that came to no process is tried once more. */
export const againOf = (options: NginxOptions, role: Role): string => `@${prefixOf(options)}_${role}_again`;

/**
 * The variable with the location for a request that came to no process. Where nginx does not follow DNS there is none: the list
 * of processes cannot change under a request.
 */
export const unreachedOf = (options: NginxOptions, role: Role): string | undefined =>
  options.upstreams.kind === 'dns' ? `$${prefixOf(options)}_${role}_unreached` : undefined;

/**
 * While a request waits for a process that is gone, the list of them may change, and then nginx gives it up ("no live upstreams", or
 * no further try when one is left) although others would take it. Where nothing was sent in the last try, nothing was sent before, or it may be sent
 * again (`proxy_next_upstream`), so that it can be tried with the new list, whatever its method.
 */
export const unreachedMaps = (options: NginxOptions): string[] =>
  (['api', 'gateway'] as const).flatMap((role) => {
    const variable = unreachedOf(options, role);
    return variable === undefined
      ? []
      : block(`map $upstream_bytes_sent ${variable}`, [
          `default ${awayLocation};`,
          `'~(?:^|[ ,:])0$' ${againOf(options, role)};`,
        ]);
  });
