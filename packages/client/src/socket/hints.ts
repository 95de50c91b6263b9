interface HintSource {
  addEventListener?: (name: string, listener: () => void) => void;
  removeEventListener?: (name: string, listener: () => void) => void;
}

/** Listens to what a browser says of its network; Node says nothing. Returns what ends it. */
export const onNetworkHint = (hint: () => void): (() => void) => {
  const source = globalThis as HintSource;
  if (!source.addEventListener || !source.removeEventListener) return () => undefined;
  source.addEventListener('online', hint);
  source.addEventListener('offline', hint);
  return () => {
    source.removeEventListener?.('online', hint);
    source.removeEventListener?.('offline', hint);
  };
};
