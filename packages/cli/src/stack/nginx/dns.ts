/** How long nginx goes on with an answer of Docker's DNS, in s. A rolling restart waits for it, twice for each kind of process. */
export const dnsSeconds = 2;
