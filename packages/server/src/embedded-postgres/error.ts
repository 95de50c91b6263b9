/** Every reason why the embedded database refuses to start; stable, explained in docs/subsystems/embedded-postgres.md. */
export const embeddedPostgresErrorCodes = [
  'postgres_platform_unsupported',
  'postgres_unreachable_folder',
  'postgres_wrong_owner',
  'postgres_in_use',
  'postgres_not_a_cluster',
  'postgres_other_major',
  'postgres_password_wrong',
  'postgres_start_failed',
  'postgres_not_durable',
] as const;

export type EmbeddedPostgresErrorCode = (typeof embeddedPostgresErrorCodes)[number];

/** What is wrong and where (`message`), and what the admin does about it (`help`). */
export class EmbeddedPostgresError extends Error {
  readonly code: EmbeddedPostgresErrorCode;
  readonly help: string;

  constructor(code: EmbeddedPostgresErrorCode, message: string, help: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedPostgresError';
    this.code = code;
    this.help = help;
  }
}

/** A failure of the file system, told by its code (`EACCES`), or `undefined` for any other error. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
