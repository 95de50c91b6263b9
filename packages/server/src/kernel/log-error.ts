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

/** What an error says, without what people wrote. */
export const errorMessage = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return quotesValue(error) ? 'the database refused a value' : error.message;
};

/** An error as the log has it, for pino's `serializers`. */
export const describeError = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  const message = errorMessage(error);
  const stack = quotesValue(error) ? error.stack?.replace(error.message, message) : error.stack;
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
