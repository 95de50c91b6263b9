/** A block as nginx writes it. */
export const block = (head: string, lines: readonly string[]): string[] => [
  `${head} {`,
  ...lines.map((line) => (line === '' ? '' : `    ${line}`)),
  '}',
];

/** A text as it stands between single quotes. */
export const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");

/** A text between single quotes. A `$` would be a variable, for which nginx has no escape. @throws Error when there is one */
export const quoted = (text: string): string => {
  if (text.includes('$')) throw new Error(`nginx cannot be told this text: ${text}`);
  return `'${escaped(text)}'`;
};
