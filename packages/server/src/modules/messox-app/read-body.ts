interface Reader {
  read(): Promise<{ done: true } | { done: false; value: Uint8Array }>;
}

/** Reads a body up to `bytes` bytes; `whole` is false where more would have followed. */
export const readBody = async (request: Request, bytes: number): Promise<{ content: Buffer; whole: boolean }> => {
  const reader: Reader | undefined = request.body?.getReader();
  const parts: Uint8Array[] = [];
  let left = bytes;
  while (reader && left >= 0) {
    const chunk = await reader.read();
    if (chunk.done) return { content: Buffer.concat(parts), whole: true };
    parts.push(chunk.value.subarray(0, left));
    left -= chunk.value.length;
  }
  if (reader) void discard(reader);
  return { content: Buffer.concat(parts), whole: !reader };
};

/**
 * Takes what is left over while the answer is on its way: the client may be unable to read it before it has sent everything, and
 * its next request comes by the same connection. The HTTP server cuts one that goes on for too long.
 */
const discard = async (reader: Reader): Promise<void> => {
  try {
    while (!(await reader.read()).done);
  } catch {
    // The connection is gone.
  }
};
