/** Whether the address is of a network that leads nowhere else (RFC 1918, RFC 6598, RFC 3927, RFC 4193). */
export const isPrivate = (address: string): boolean =>
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|169\.254\.|f[cd][0-9a-f]{2}:)/i.test(
    address,
  );
