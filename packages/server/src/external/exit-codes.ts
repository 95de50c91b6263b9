/** Exit codes as the command `messox` has them. */
export const exit = { done: 0, bug: 1, usage: 2, state: 3, preflight: 4, tool: 5, interrupted: 130 } as const;

/** What a process ends with that could not start; the others are a check before the work that failed. */
const exitCodes: Readonly<Record<string, number>> = {
  invalid_usage: exit.usage,
  settings_missing: exit.usage,
  settings_invalid: exit.usage,
  secrets_missing: exit.usage,
  secrets_invalid: exit.usage,
  token_key_weak: exit.usage,
  database_url_invalid: exit.usage,
  database_refused: exit.usage,
  amqp_url_invalid: exit.usage,
  broker_refused: exit.usage,
  migration_misnamed: exit.usage,
  module_invalid: exit.usage,
  module_failed: exit.tool,
  module_missing: exit.state,
  database_missing: exit.state,
  migration_edited: exit.state,
  database_newer: exit.state,
  migration_failed: exit.tool,
};

export const exitCodeOf = (code: string): number => exitCodes[code] ?? exit.preflight;
