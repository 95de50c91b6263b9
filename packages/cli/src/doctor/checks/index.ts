import type { Check } from '../check.ts';
import { clock } from './clock.ts';
import { disk } from './disk.ts';
import { exposure } from './exposure.ts';
import { folder } from './folder.ts';
import { listen } from './listen.ts';
import { memory } from './memory.ts';
import { migrations } from './migrations.ts';
import { node } from './node.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { postgresData } from './postgres-data.ts';
import { ready } from './ready.ts';
import { secrets } from './secrets.ts';
import { settings } from './settings.ts';
import { websocket } from './websocket.ts';

/** Every check, in the order in which they are told. */
export const checks: readonly Check[] = [
  node,
  memory,
  disk,
  clock,
  folder,
  settings,
  secrets,
  listen,
  exposure,
  postgresBinaries,
  postgresData,
  ready,
  websocket,
  migrations,
];
