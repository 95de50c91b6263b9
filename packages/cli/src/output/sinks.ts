import { renderError } from '../errors/render-error.ts';
import type { Note, OutputEvent, Render, Sink } from './output.ts';
import type { Style } from './style.ts';

export interface Streams {
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown };
  readonly outStyle: Style;
  readonly errStyle: Style;
  readonly verbose: boolean;
  readonly quiet: boolean;
}

const lines = (render: Render, style: Style): string => {
  const text = render(style);
  const joined = typeof text === 'string' ? text : text.join('\n');
  return joined === '' ? '' : `${joined}\n`;
};

const noteText: Readonly<Record<Note, (text: string, style: Style) => string>> = {
  say: (text) => text,
  ok: (text, style) => `${style.green(style.signs.ok)} ${text}`,
  warn: (text, style) => `${style.yellow(style.signs.warn)} ${text}`,
  fail: (text, style) => `${style.red(style.signs.fail)} ${text}`,
  detail: (text, style) => style.dim(text),
};

const writeNote = ({ err, errStyle, verbose, quiet }: Streams, note: Note, text: string): void => {
  if (note === 'detail' ? !verbose : quiet && note !== 'warn' && note !== 'fail') return;
  err.write(`${noteText[note](text, errStyle)}\n`);
};

const writeError = ({ err, errStyle, verbose }: Streams, event: Extract<OutputEvent, { type: 'error' }>): void => {
  err.write(`${renderError(event.error, errStyle, verbose).join('\n')}\n`);
};

/** For people: results on stdout, all else on stderr. */
export const textSink = (streams: Streams): Sink => ({
  emit: (event) => {
    if (event.type === 'note') writeNote(streams, event.note, event.text);
    else if (event.type === 'error') writeError(streams, event);
    else streams.out.write(lines(event.render, streams.outStyle));
  },
});

/** For programs: exactly one object on stdout (one a line for a command that streams), text for people on stderr. */
export const jsonSink = (streams: Streams): Sink => {
  let done = false;
  const print = (data: unknown) => streams.out.write(`${JSON.stringify(data)}\n`);
  return {
    emit: (event) => {
      if (event.type === 'note') writeNote(streams, event.note, event.text);
      else if (event.type === 'entry') print(event.data);
      else if (event.type === 'error') {
        writeError(streams, event);
        if (!done) print({ error: errorData(event.error) });
        done = true;
      } else {
        if (done) throw new Error('A command has one result.');
        done = true;
        print(event.data);
      }
    },
  };
};

const errorData = ({
  code,
  message,
  detail,
  fixes,
  docs,
  problems,
}: Extract<OutputEvent, { type: 'error' }>['error']) => ({
  code,
  message,
  detail: detail ?? null,
  suggestion: fixes[0] ?? null,
  fixes,
  docs,
  ...(problems ? { problems } : {}),
});
