import { type FaultCode, faults } from '@messox/protocol';

/** An expected refusal: thrown anywhere, turned into an answer once at each edge. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: FaultCode, details?: Readonly<Record<string, unknown>>) {
    super(faults[code].message);
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return faults[this.code].status;
  }
}

/** The server cannot start; `help` says what to do about it. */
export class StartFault extends Error {
  override readonly name = 'StartFault';
  /** Stable, snake_case. */
  readonly code: string;
  readonly help: string;

  constructor(code: string, message: string, help: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.help = help;
  }
}
