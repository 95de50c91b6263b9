import type { CliError } from '../errors/cli-error.ts';
import type { Style } from './style.ts';

export type Note = 'say' | 'ok' | 'warn' | 'detail';
/** Makes the text for people of a result, with the style of the stream that it goes to. */
export type Render = (style: Style) => string | readonly string[];
export type Data = Readonly<Record<string, unknown>>;

/** All that a command shows is one of these; a sink makes them text or JSON. */
export type OutputEvent =
  /** Said on the way; never part of the data. */
  | { readonly type: 'note'; readonly note: Note; readonly text: string }
  /** What the command is for; once. */
  | { readonly type: 'result'; readonly data: Data; readonly render: Render }
  /** How far long work has come; the next one takes its place. */
  | { readonly type: 'progress'; readonly data: Data; readonly text: string }
  /** One of many results of a command that streams. */
  | { readonly type: 'entry'; readonly data: Data; readonly render: Render }
  /** A question comes next, which is none of these. */
  | { readonly type: 'question' }
  | { readonly type: 'error'; readonly error: CliError };

export interface Sink {
  readonly emit: (event: OutputEvent) => void;
}

/**
 * What a command writes with. Nothing else writes to stdout. In notes and errors, commands between backticks
 * (`command`) are shown as one types them here, and lines are broken at words.
 */
export interface Output {
  /** A line on the way (stderr; silent with `-q`). */
  readonly say: (text: string) => void;
  readonly ok: (text: string) => void;
  readonly warn: (text: string) => void;
  /** Only with `-v`. */
  readonly detail: (text: string) => void;
  /** What the command is for: `data` with `--json`, else what `render` makes of it. Exactly once a run. */
  readonly result: (data: Data, render: Render) => void;
  /** One line of a command whose spec says `streams`. */
  readonly entry: (data: Data, render: Render) => void;
  /**
   * How far long work has come: a line that the next one overwrites where a terminal shows it, and `data` as a line of its
   * own with `--json`, for a command whose spec says `streams`.
   */
  readonly progress: (data: Data, text: string) => void;
  /** Called before a question is asked: no line of progress stands where it will. */
  readonly question: () => void;
  readonly error: (error: CliError) => void;
}

export const createOutput = ({ emit }: Sink): Output => {
  const note = (kind: Note) => (text: string) => emit({ type: 'note', note: kind, text });
  return {
    say: note('say'),
    ok: note('ok'),
    warn: note('warn'),
    detail: note('detail'),
    result: (data, render) => emit({ type: 'result', data, render }),
    entry: (data, render) => emit({ type: 'entry', data, render }),
    progress: (data, text) => emit({ type: 'progress', data, text }),
    question: () => emit({ type: 'question' }),
    error: (error) => emit({ type: 'error', error }),
  };
};
