import { CliError } from '../errors/cli-error.ts';
import { exit, type ExitCode } from '../errors/exit.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One Ctrl-C comes more than once, from the terminal and from npm: what follows within this time is the same press, in ms. */
const samePressMs = 500;

/** For work between whose steps nothing is left half done. @throws CliError interrupted once the signal is aborted */
export const refuseInterrupted = (signal: AbortSignal | undefined): void => {
  if (signal?.aborted === true) throw new CliError('interrupted', 'Interrupted');
};

/**
 * Runs `work` so that a signal ends it: at once with 130, or, for work that ends by itself when `signal` is aborted,
 * with the second signal. What must be undone on the way out (a lock) listens to the process's `exit` event.
 */
export const interruptible = async (
  ownsSignals: boolean,
  interrupted: () => void,
  work: (signal: AbortSignal) => Promise<ExitCode>,
): Promise<ExitCode> => {
  const controller = new AbortController();
  let firstAt = -Infinity;
  const onSignal = (): void => {
    if (performance.now() - firstAt < samePressMs) return;
    if (!ownsSignals || controller.signal.aborted) {
      interrupted();
      process.exit(exit.interrupted);
    }
    firstAt = performance.now();
    controller.abort();
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
};
