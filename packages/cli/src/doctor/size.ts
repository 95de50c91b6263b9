export const MiB = 1024 ** 2;
export const GiB = 1024 ** 3;

/** Bytes for people: `1.5 GiB`. */
export const sizeText = (bytes: number): string =>
  bytes >= GiB
    ? `${(bytes / GiB).toFixed(1)} GiB`
    : bytes >= MiB
      ? `${Math.round(bytes / MiB)} MiB`
      : `${Math.ceil(bytes / 1024)} KiB`;
