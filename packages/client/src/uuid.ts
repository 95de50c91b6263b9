interface RandomSource {
  randomUUID?(): string;
  getRandomValues(bytes: Uint8Array): Uint8Array;
}

/** A random UUID (RFC 9562, version 4). `crypto.randomUUID` is missing in pages that were served without TLS. */
export const randomUuid = (): string => {
  const own: RandomSource = globalThis.crypto;
  if (own.randomUUID) return own.randomUUID();
  const bytes = own.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const variant = '89ab'.charAt(parseInt(hex.charAt(16), 16) % 4);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
};
