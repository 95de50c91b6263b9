import type { Style } from '../output/style.ts';
import type { CliError } from './cli-error.ts';

const causes = function* (error: Error): Generator<Error> {
  yield error;
  if (error.cause instanceof Error) yield* causes(error.cause);
};

/** An error for people: what is wrong, why, what mends it, where it is explained; the stack only with `-v`. */
export const renderError = (error: CliError, style: Style, verbose: boolean): string[] => [
  `${style.red(style.signs.fail)} ${style.bold(error.message)} ${style.dim(`[${error.code}]`)}`,
  ...(error.detail === undefined ? [] : error.detail.split('\n').map((line) => `  ${line}`)),
  ...error.fixes.map((fix, index) => `  ${style.green(index === 0 ? 'fix ' : ' or ')}  ${fix}`),
  style.dim(`  docs  ${error.docs}`),
  ...(verbose ? [...causes(error)].map((cause) => style.dim(cause.stack ?? cause.message)) : []),
];
