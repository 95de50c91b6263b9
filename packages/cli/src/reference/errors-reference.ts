import { errorCodes, type ErrorCode } from '../errors/codes.ts';
import { exit } from '../errors/exit.ts';
import { explanations } from '../errors/explanations.ts';

/** `docs/reference/cli-errors.md`: every error, in the order of the table. */
export const errorsReference = (): string =>
  [
    '<!-- Made by scripts/write-cli-reference.js from packages/cli/src/errors; changes belong there. -->',
    '',
    '# Errors of the command line',
    '',
    'Every command that fails says what is wrong, why, and the command that mends it, with a code in brackets. `messox help <code>` shows what stands here. The codes are stable; the words are not. With `--json` the same is on stdout as `{"error": {"code", "message", "detail", "suggestion", "fixes", "docs"}}`, where `docs` is the command that shows more, and the exit code tells the kind: see [the exit codes](cli.md#exit-codes).',
    ...Object.entries(errorCodes).flatMap(([code, contract]) => [
      '',
      `## ${code}`,
      '',
      `Exit code ${exit[contract.exit]}. ${contract.about}`,
      '',
      explanations[code as ErrorCode],
    ]),
    '',
  ].join('\n');
