/** Where things are in the page. */
export const anchor = {
  call: (name: string) => `call-${name}`,
  tag: (name: string) => `calls-${name}`,
  op: (name: string) => `op-${name}`,
  event: (name: string) => `event-${name}`,
  thing: (name: string) => `thing-${name}`,
  error: (code: string) => `error-${code}`,
  limit: (name: string) => `limit-${name}`,
  close: (code: number) => `close-${code}`,
} as const;
