/** Colours and signs for one stream. Colour never stands alone: a sign or a word says the same. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly signs: { readonly ok: string; readonly warn: string; readonly fail: string; readonly dot: string };
  /** Columns for lines that are broken at words; without end where no terminal shows them. */
  readonly width: number;
}

export interface StyleFacts {
  /** False for `--no-color`. */
  readonly color: boolean;
  readonly isTty: boolean;
  /** Of the terminal. */
  readonly columns?: number | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** Longer lines are hard to read, and shorter ones hold no command. */
const widest = 100;
const narrowest = 40;
/** Of a terminal that does not say. */
const usualColumns = 80;

/** `--no-color`, then FORCE_COLOR, NO_COLOR (no-color.org) and TERM=dumb, then whether it is a terminal. */
const isColoured = ({ color, isTty, env }: StyleFacts): boolean => {
  if (!color) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  if (env.NO_COLOR) return false;
  return isTty && env.TERM !== 'dumb';
};

/** A terminal that does not know says 0, or nothing. */
const columnsOf = ({ columns = 0 }: StyleFacts): number => (columns === 0 ? usualColumns : columns);

const isUtf8 = (env: NodeJS.ProcessEnv): boolean =>
  process.platform !== 'linux' || /utf-?8/i.test([env.LC_ALL, env.LC_CTYPE, env.LANG].find(Boolean) ?? '');

const utf8Signs = { ok: '✔', warn: '⚠', fail: '✖', dot: '·' };
const asciiSigns = { ok: '+', warn: '!', fail: 'x', dot: '-' };

export const createStyle = (facts: StyleFacts): Style => {
  const coloured = isColoured(facts);
  const paint = (open: number, close: number) => (text: string) =>
    coloured && text !== '' ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
    signs: isUtf8(facts.env) ? utf8Signs : asciiSigns,
    width: facts.isTty ? Math.min(widest, Math.max(narrowest, columnsOf(facts))) : Infinity,
  };
};

/** No colours, for text that is data. */
export const plainStyle = createStyle({ color: false, isTty: false, env: {} });
