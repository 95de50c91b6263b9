import { clearScreenDown, createInterface, cursorTo, moveCursor } from 'node:readline';

/** Where lines are typed, or piped in, while others are shown. */
export interface Screen {
  /** Runs `print` so that what it prints stands above the line that is being typed. */
  readonly above: (print: () => void) => void;
  /** Until the end of the input, Ctrl-C, Ctrl-D or `close`. */
  readonly lines: AsyncIterable<string>;
  readonly close: () => void;
}

/** A terminal, where a line may be half typed when another is to be shown. */
export const terminalScreen = (prompt: string): Screen => {
  const { stdin: input, stdout: output } = process;
  const line = createInterface({ input, output, prompt, terminal: true, removeHistoryDuplicates: true });
  let isOpen = true;
  /** Takes the line that is being typed off the screen; tells how many rows the cursor was below its first one. */
  const erase = (): number => {
    const { rows } = line.getCursorPos();
    moveCursor(output, 0, -rows);
    cursorTo(output, 0);
    clearScreenDown(output);
    return rows;
  };
  line.on('SIGINT', () => line.close());
  line.on('line', () => line.prompt());
  line.on('close', () => {
    isOpen = false;
    erase();
  });
  line.prompt();
  return {
    lines: line,
    close: () => line.close(),
    above: (print) => {
      if (!isOpen) {
        print();
        return;
      }
      const rows = erase();
      print();
      // The prompt goes up by as many rows as it had before it is drawn again.
      output.write('\n'.repeat(rows));
      line.prompt(true);
    },
  };
};

export const pipeScreen = (): Screen => {
  const line = createInterface({ input: process.stdin, crlfDelay: Infinity });
  return { lines: line, close: () => line.close(), above: (print) => print() };
};
