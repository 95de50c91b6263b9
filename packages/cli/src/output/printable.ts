/** Control characters, and those that turn the direction of the line that follows them. */
const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Text of others (a name, a log line) so that it cannot move the cursor, colour or reorder what a person reads. */
export const printable = (text: string): string =>
  text.replace(unprintable, (char) => (char === '\t' ? ' ' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`));

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|\ufe0f/u;
// eslint-disable-next-line no-control-regex -- the escape character is what starts a colour
const colour = /\u001b\[\d+m/g;
const segmenter = new Intl.Segmenter();

/** Columns that `text` takes in a terminal: two for East Asian wide characters and emoji, none for colours. */
export const columns = (text: string): number => {
  const plain = text.replace(colour, '');
  if (/^[\u0020-\u007e]*$/.test(plain)) return plain.length;
  let width = 0;
  for (const { segment } of segmenter.segment(plain)) width += wide.test(segment) ? 2 : 1;
  return width;
};

/** `text` filled with spaces to `width` columns. */
export const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - columns(text)));
