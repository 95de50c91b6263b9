import { join } from 'node:path';

/** Where things are in a project folder. */
export const projectPaths = (dir: string) => ({
  settings: join(dir, 'messox.yaml'),
  secrets: join(dir, '.env'),
  gitignore: join(dir, '.gitignore'),
  data: join(dir, 'data'),
  postgres: join(dir, 'data', 'postgres'),
  /** Of backups that were given no name. */
  backups: join(dir, 'backups'),
  logs: join(dir, 'logs'),
  log: join(dir, 'logs', 'server.log'),
  state: join(dir, '.messox'),
  /** What the running server wrote about itself. */
  server: join(dir, '.messox', 'server.json'),
  /** What was generated last, and each file as it was. */
  manifest: join(dir, '.messox', 'manifest.json'),
  base: join(dir, '.messox', 'base'),
  /** The version that ran last, where there are no containers to ask. */
  version: join(dir, '.messox', 'version.json'),
  /** How things were before the last upgrade, and before the one that is under way. */
  previous: join(dir, '.messox', 'previous.json'),
  upgrading: join(dir, '.messox', 'upgrading.json'),
  /** What is checked before it takes the place of what is there. */
  staging: join(dir, '.messox', 'staging'),
  /** Of a server that Docker runs: a file a secret. */
  secretFiles: join(dir, 'secrets'),
  lock: join(dir, '.messox', 'lock'),
  /** Of `messox verify`, which works beside the running server: that has the other one. */
  verifyLock: join(dir, '.messox', 'verify.lock'),
});
