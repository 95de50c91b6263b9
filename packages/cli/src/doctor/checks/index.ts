import type { Check } from '../check.ts';
import { clock } from './clock.ts';
import { clockOutside } from './clock-outside.ts';
import { arrival } from './compose/arrival.ts';
import { authority } from './compose/authority.ts';
import { brokerHost } from './compose/broker-host.ts';
import { caa } from './compose/caa.ts';
import { certificate } from './compose/certificate.ts';
import { certificateFiles } from './compose/certificate-files.ts';
import { clientAddress } from './compose/client-address.ts';
import { containers } from './compose/containers.ts';
import { dataPortsClosed } from './compose/data-ports.ts';
import { dns, dnsIpv6 } from './compose/dns.ts';
import { dockerDisk } from './compose/docker-disk.ts';
import { engine } from './compose/engine.ts';
import { stackMemory } from './compose/memory.ts';
import { stackMigrations } from './compose/migrations.ts';
import { moduleLinks } from './compose/module-links.ts';
import { openFilesOfEngine } from './compose/open-files.ts';
import { ports } from './compose/ports.ts';
import { secretFiles } from './compose/secret-files.ts';
import { secretsInside } from './compose/secrets-inside.ts';
import { publicSocket } from './compose/websocket.ts';
import { disk } from './disk.ts';
import { exposure } from './exposure.ts';
import { folder } from './folder.ts';
import { idle } from './idle.ts';
import { listen } from './listen.ts';
import { memory } from './memory.ts';
import { migrations } from './migrations.ts';
import { modules } from './modules.ts';
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
  engine,
  memory,
  stackMemory,
  disk,
  dockerDisk,
  openFilesOfEngine,
  clock,
  clockOutside,
  folder,
  settings,
  modules,
  moduleLinks,
  secrets,
  secretFiles,
  ports,
  listen,
  exposure,
  dns,
  dnsIpv6,
  arrival,
  clientAddress,
  publicSocket,
  idle,
  caa,
  authority,
  certificateFiles,
  certificate,
  postgresBinaries,
  postgresData,
  dataPortsClosed,
  brokerHost,
  containers,
  secretsInside,
  ready,
  websocket,
  migrations,
  stackMigrations,
];
