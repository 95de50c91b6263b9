/** What is logged of an error beside its message and stack. PostgreSQL's `detail`, `where` and `query` quote what people wrote. */
const kept = [
  'code',
  'errno',
  'syscall',
  'severity',
  'table_name',
  'column_name',
  'constraint_name',
  'routine',
  'help',
];

/** Class 22 of SQLSTATE, data exception: the message itself quotes the value. */
const quotesValue = (error: Error): boolean =>
  error.name === 'PostgresError' && 'code' in error && String(error.code).startsWith('22');

/** An error as the log has it, for pino's `serializers`. */
export const describeError = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  const quoting = quotesValue(error);
  const message = quoting ? 'the database refused a value' : error.message;
  const stack = quoting ? error.stack?.replace(error.message, message) : error.stack;
  const fields = Object.entries(error).filter(([name, value]) => kept.includes(name) && value !== undefined);
  return {
    type: error.name,
    message,
    stack,
    ...Object.fromEntries(fields),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
    ...(error instanceof AggregateError ? { errors: error.errors.map(describeError) } : {}),
  };
};
