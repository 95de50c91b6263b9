import type { Settings } from '../project/schema.ts';

/** The address of the machine that nginx listens on: without TLS of its own it is not for others. */
export const bindAddress = ({ bind, tls }: Settings['deploy']): string =>
  bind ?? (tls.mode === 'proxy' || tls.mode === 'off' ? '127.0.0.1' : '0.0.0.0');
