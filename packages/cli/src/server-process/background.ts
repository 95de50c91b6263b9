import { exit } from '../errors/exit.ts';
import { renderError } from '../errors/render-error.ts';
import { translate } from '../errors/translate.ts';
import { interruptible } from '../framework/interrupt.ts';
import { plainStyle } from '../output/style.ts';
import { reportOf, type Report } from './report.ts';
import { serve, type Overrides } from './serve.ts';

// The process that `up -d` leaves behind. It has no terminal; its stdout and stderr are logs/stderr.log.

/** How long something that was left open may keep the process from ending, in ms. */
const lingerMs = 3_000;

const tell = (report: Report): Promise<void> =>
  new Promise((resolve) => {
    if (process.send) process.send(report, undefined, undefined, () => resolve());
    else resolve();
  });

/** Whoever started it may be gone by now, and is not needed. */
const letGo = async (report: Report): Promise<void> => {
  await tell(report);
  if (process.connected) process.disconnect();
};

const [dir = '', options = '{}'] = process.argv.slice(2);
const { verbose, ...overrides } = JSON.parse(options) as Overrides & { verbose: boolean };

try {
  process.exitCode = await interruptible(
    true,
    () => undefined,
    async (signal) => {
      await serve({ dir, overrides, verbose, signal, isDetached: true, onReady: () => void letGo({ ready: true }) });
      return exit.done;
    },
  );
} catch (error) {
  const told = translate(error);
  process.stderr.write(`${renderError(told, plainStyle, { env: process.env, dir }, true).join('\n')}\n`);
  process.exitCode = told.exit;
  await letGo(reportOf(told));
}
setTimeout(() => process.exit(), lingerMs).unref();
