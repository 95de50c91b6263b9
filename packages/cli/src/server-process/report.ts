import { CliError, type CliErrorFacts } from '../errors/cli-error.ts';
import type { ErrorCode } from '../errors/codes.ts';

/** What a server in the background tells whoever starts it, once: that it is ready, or why it is not. */
export type Report =
  | { readonly ready: true }
  | {
      readonly ready: false;
      readonly code: ErrorCode;
      readonly message: string;
      readonly facts: Omit<CliErrorFacts, 'cause'>;
    };

export const reportOf = ({ code, message, detail, fixes, problems }: CliError): Report => ({
  ready: false,
  code,
  message,
  facts: { fixes, ...(detail === undefined ? {} : { detail }), ...(problems === undefined ? {} : { problems }) },
});

/** The error as it would have been in the foreground. */
export const errorOf = ({ code, message, facts }: Extract<Report, { ready: false }>): CliError =>
  new CliError(code, message, facts);
