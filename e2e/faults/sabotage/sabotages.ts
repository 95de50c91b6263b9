/** Code that is put into a file of the built server while it is loaded. The server itself knows nothing of it. */
export interface Sabotage {
  /** Below `packages/server/dist`. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly add: string;
}

/** Sends are answered 30 ms before they are committed. */
export const acknowledgeBeforeCommit: Sabotage = {
  file: 'kernel/timeline/append.js',
  find: 'export const append = ',
  replace: 'const honestAppend = ',
  add: `export const append = (sql, ...rest) => new Promise((resolve, reject) => {
    sql.begin(async (transaction) => {
      resolve(await honestAppend(transaction, ...rest));
      await new Promise((done) => setTimeout(done, 30));
    }).catch(reject);
  });`,
};

/** Every fifth news of what was committed gets lost. */
export const dropPublish: Sabotage = {
  file: 'adapters/bus-memory.js',
  find: 'export const memoryBus = ',
  replace: 'const honestBus = ',
  add: `export const memoryBus = () => {
    const bus = honestBus();
    let count = 0;
    return { ...bus, publish: (shard, message) => { if (++count % 5 !== 0) bus.publish(shard, message); } };
  };`,
};

/** Nobody looks for what is missing: neither the channel's feed … */
const seeNoHole: Sabotage = {
  file: 'kernel/gateway/feed.js',
  find: 'export class Feed',
  replace: 'export class Feed',
  add: "Object.defineProperty(Feed.prototype, 'hole', { get: () => undefined });",
};

/** … nor the answer to a ping. */
const tellNoHeads: Sabotage = {
  file: 'kernel/gateway/session.js',
  find: 'export class Session',
  replace: 'export class Session',
  add: 'Session.prototype.missing = () => undefined;',
};

export const skipRepair: readonly Sabotage[] = [seeNoHole, tellNoHeads];

const hooks = new URL('./hooks.mjs', import.meta.url).href.replace('/e2e/dist/', '/e2e/');

/** What Node loads first, so that the server is sabotaged. */
export const preload = (sabotages: readonly Sabotage[]): string[] =>
  sabotages.length === 0
    ? []
    : [
        `data:text/javascript,${encodeURIComponent(
          `import { register } from 'node:module'; register(${JSON.stringify(hooks)}, { data: ${JSON.stringify(sabotages)} });`,
        )}`,
      ];
