import { isErrorCode, errorCodes, type ErrorCode } from '../../errors/codes.ts';
import { exit } from '../../errors/exit.ts';
import { explanations } from '../../errors/explanations.ts';
import type { Context } from '../../framework/context.ts';
import { showHelp } from '../../framework/help.ts';
import type { Run } from '../../framework/spec.ts';
import { typed } from '../../output/command-line.ts';
import { wrap } from '../../output/wrap.ts';
import type { spec } from './spec.ts';

/** A page stays one, also where no terminal shows it. */
const widest = 80;

/** Markdown without its links, which lead to pages that a terminal does not have. */
const plain = (markdown: string): string => markdown.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1');

const explain = ({ output, place }: Context, code: ErrorCode): void => {
  const { about, exit: kind } = errorCodes[code];
  const text = plain(explanations[code]);
  output.result({ code, exitCode: exit[kind], about, explanation: typed(text, place) }, (style) => [
    `${style.bold(code)} (exit code ${exit[kind]})`,
    '',
    ...[about, typed(text, place, { joined: true })].flatMap((part) => wrap(part, Math.min(widest, style.width))),
  ]);
};

export const run: Run<typeof spec> = async (context, { command }) => {
  const [code = '', ...more] = command;
  if (more.length === 0 && isErrorCode(code)) explain(context, code);
  else showHelp(context.output, context.commands, command);
  return exit.done;
};
