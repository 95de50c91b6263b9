/** Marks on one letter at most, counted decomposed. Vietnamese needs 2, pointed Hebrew 5, Tibetan transliterations 7. */
const STACKED_MARKS = /\p{M}{9}/u;
const LONE_SURROGATE = /\p{Surrogate}/u;

export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

/** Characters are code points everywhere in the protocol, whatever a reader sees as one. */
export function characterCount(text: string): number {
  return Array.from(text).length;
}

/** More marks in a row than any living script stacks. Give it bounded text only: normalising takes more than linear time. */
export function stacksMarks(text: string): boolean {
  return STACKED_MARKS.test(text.normalize('NFD'));
}

/** A character as an error names it, `U+200B`: what it is about may be invisible. */
export function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
