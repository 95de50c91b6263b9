/** Of a header, and what every member is filled up to. */
export const blockBytes = 512;
/** What ustar has room for in a name. */
const nameBytes = 100;

const octal = (number: number, digits: number): string => `${number.toString(8).padStart(digits, '0')}\0`;

/** The header of an ordinary file in the format of POSIX ustar, readable for its owner alone. `seconds` is a Unix time. */
export const tarHeader = (name: string, size: number, seconds: number): Buffer => {
  if (Buffer.byteLength(name) > nameBytes) throw new RangeError(`${name} is too long for a name in an archive`);
  const header = Buffer.alloc(blockBytes);
  const put = (at: number, text: string): number => header.write(text, at, 'utf8');
  put(0, name);
  put(100, octal(0o600, 7));
  put(108, octal(0, 7));
  put(116, octal(0, 7));
  put(124, octal(size, 11));
  put(136, octal(seconds, 11));
  // The checksum counts as spaces while it is made.
  put(148, ' '.repeat(8));
  put(156, '0');
  put(257, 'ustar\u000000');
  put(
    148,
    `${octal(
      header.reduce((sum, byte) => sum + byte, 0),
      6,
    )} `,
  );
  return header;
};

/** What fills a member of this size up. */
export const tarPadding = (size: number): Buffer => Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes);

/** What an archive ends with. */
export const tarEnd = (): Buffer => Buffer.alloc(2 * blockBytes);

export interface TarHeader {
  readonly name: string;
  readonly size: number;
}

/** Reads a header that `tarHeader` made; undefined for anything else. */
export const readTarHeader = (header: Buffer): TarHeader | undefined => {
  const text = (at: number, length: number): string => header.toString('utf8', at, at + length).replace(/\0.*$/s, '');
  const name = text(0, nameBytes);
  const [size, seconds] = [text(124, 12), text(136, 12)].map((digits) =>
    /^[0-7]{11}$/.test(digits) ? parseInt(digits, 8) : undefined,
  );
  if (size === undefined || seconds === undefined) return undefined;
  return tarHeader(name, size, seconds).equals(header) ? { name, size } : undefined;
};
