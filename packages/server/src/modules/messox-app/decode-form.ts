/**
 * The fields of an `application/x-www-form-urlencoded` text. URLSearchParams would put U+FFFD for what is not UTF-8; here it is
 * refused, and so is a field that comes twice. @throws Error
 */
export const decodeForm = (text: string): Record<string, string> => {
  const fields = new Map<string, string>();
  for (const pair of text.split('&').filter((it) => it !== '')) {
    const end = pair.includes('=') ? pair.indexOf('=') : pair.length;
    const name = decodePart(pair.slice(0, end));
    if (fields.has(name)) throw new Error('A field comes twice');
    fields.set(name, decodePart(pair.slice(end + 1)));
  }
  return Object.fromEntries(fields);
};

/** @throws URIError for what is not percent-encoded UTF-8 */
const decodePart = (part: string): string => decodeURIComponent(part.replaceAll('+', ' '));
