import { type Place, typed } from '../output/command-line.ts';
import type { Style } from '../output/style.ts';
import { hang } from '../output/wrap.ts';
import type { CliError } from './cli-error.ts';

const causes = function* (error: Error): Generator<Error> {
  yield error;
  if (error.cause instanceof Error) yield* causes(error.cause);
};

/** An error for people: what is wrong, why, what mends it, what explains it; the stack only with `-v`. */
export const renderError = (error: CliError, style: Style, place: Place, verbose: boolean): string[] => {
  const part = (first: string, text: string): string[] =>
    hang(first, typed(text, place, { joined: true }), style.width);
  return [
    ...part(`${style.red(style.signs.fail)} `, `${style.bold(error.message)} ${style.dim(`[${error.code}]`)}`),
    ...(error.detail === undefined ? [] : error.detail.split('\n').flatMap((line) => part('  ', line))),
    ...error.fixes.flatMap((fix, index) => part(`  ${style.green(index === 0 ? 'fix ' : ' or ')}  `, fix)),
    ...part(style.dim('  more  '), style.dim(error.explanation)),
    ...(verbose ? [...causes(error)].map((cause) => style.dim(cause.stack ?? cause.message)) : []),
  ];
};
