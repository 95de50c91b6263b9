import { renderError } from '../errors/render-error.ts';
import { type Place, typed, typedIn } from './command-line.ts';
import type { Note, OutputEvent, Render, Sink } from './output.ts';
import type { Style } from './style.ts';
import { hang } from './wrap.ts';

export interface Streams {
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown };
  readonly outStyle: Style;
  readonly errStyle: Style;
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly place: Place;
}

const lines = (render: Render, style: Style): string => {
  const text = render(style);
  const joined = typeof text === 'string' ? text : text.join('\n');
  return joined === '' ? '' : `${joined}\n`;
};

const noteMark: Readonly<Record<Note, (style: Style) => string>> = {
  say: () => '',
  ok: ({ green, signs }) => `${green(signs.ok)} `,
  warn: ({ signs, yellow }) => `${yellow(signs.warn)} `,
  detail: () => '',
};

const writeNote = ({ err, errStyle, place, verbose, quiet }: Streams, note: Note, text: string): void => {
  if (note === 'detail' ? !verbose : quiet && note !== 'warn') return;
  const [indent = ''] = /^ */.exec(text) ?? [];
  const told = typed(text.slice(indent.length), place, { joined: true });
  const lines = hang(indent + noteMark[note](errStyle), note === 'detail' ? errStyle.dim(told) : told, errStyle.width);
  err.write(`${lines.join('\n')}\n`);
};

const writeError = (
  { err, errStyle, place, verbose }: Streams,
  { error }: Extract<OutputEvent, { type: 'error' }>,
): void => {
  err.write(`${renderError(error, errStyle, place, verbose).join('\n')}\n`);
};

const clearLine = '\r\u001b[K';

/** Writes over the last line of a terminal that shows how far something has come; nothing where there is none. */
const progressLine = ({ err, errStyle, quiet }: Streams) => {
  let isShown = false;
  return {
    show: (text: string): void => {
      if (quiet || errStyle.width === Infinity) return;
      isShown = true;
      err.write(`${clearLine}${errStyle.dim(text.slice(0, errStyle.width - 1))}`);
    },
    clear: (): void => {
      if (isShown) err.write(clearLine);
      isShown = false;
    },
  };
};

/** For people: results on stdout, all else on stderr. */
export const textSink = (streams: Streams): Sink => {
  const line = progressLine(streams);
  return {
    emit: (event) => {
      if (event.type === 'progress') {
        line.show(event.text);
        return;
      }
      line.clear();
      if (event.type === 'question') return;
      if (event.type === 'note') writeNote(streams, event.note, event.text);
      else if (event.type === 'error') writeError(streams, event);
      else streams.out.write(lines(event.render, streams.outStyle));
    },
  };
};

/** For programs: exactly one object on stdout (one a line for a command that streams), text for people on stderr. */
export const jsonSink = (streams: Streams): Sink => {
  let done = false;
  const print = (data: unknown) => streams.out.write(`${JSON.stringify(data)}\n`);
  return {
    emit: (event) => {
      if (event.type === 'question') return;
      if (event.type === 'note') writeNote(streams, event.note, event.text);
      else if (event.type === 'entry' || event.type === 'progress') print(event.data);
      else if (event.type === 'error') {
        writeError(streams, event);
        if (!done) print({ error: errorData(event.error, streams.place) });
        done = true;
      } else {
        if (done) throw new Error('A command has one result.');
        done = true;
        print(event.data);
      }
    },
  };
};

const errorData = (
  { code, message, detail, explanation, fixes, problems }: Extract<OutputEvent, { type: 'error' }>['error'],
  place: Place,
) => {
  const lines = fixes.map((fix) => typed(fix, place));
  return {
    code,
    message: typed(message, place),
    detail: detail === undefined ? null : typed(detail, place),
    suggestion: lines[0] ?? null,
    fixes: lines,
    docs: typed(explanation, place),
    ...(problems ? { problems: problems.map((problem) => typedIn(problem, place)) } : {}),
  };
};
