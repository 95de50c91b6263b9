/** The part of a log that the adapter writes to. */
export interface BrokerLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
