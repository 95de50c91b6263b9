import { limits } from '@messox/protocol';
import { memoryBudget } from '../memory-budget.ts';
import { publicUrl } from '../tls.ts';
import { ownsData, serverPort, serverUid, type Stack } from '../stack.ts';
import { answersOk, container, healthcheck, manyFiles, readOnlyMount, type Service } from './container.ts';

const settingsFile = '/etc/messox/messox.yaml';
const withSettings = { words: ['--settings', settingsFile], volumes: [readOnlyMount('./messox.yaml', settingsFile)] };
/** Where the image has the modules of the administrator's own. */
const ownModules = ['--modules', '/app/modules'];

/** Files in `secrets/` by what the server calls them. */
const secretFiles = {
  MESSOX_DATABASE_URL_FILE: 'database-url',
  MESSOX_AMQP_URL_FILE: 'amqp-url',
  MESSOX_TOKEN_KEY_FILE: 'token-key',
  MESSOX_APP_API_KEY_FILE: 'app-api-key',
} as const;

const asPaths = (files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([name, file]) => [name, `/run/secrets/${file}`]));

const serverImage = ({ facts }: Stack): string => `${facts.project}-server:${facts.version}`;

/** Time to answer what is in flight and to send sessions elsewhere, and some more. */
const graceSeconds = ({ settings }: Stack): number => {
  const { drainMs = limits.drainMs.default, reconnectSpreadMs = limits.reconnectSpreadMs.default } = settings.limits;
  return Math.max(40, Math.ceil((drainMs + reconnectSpreadMs) / 1000) + 10);
};

const common = (stack: Stack, replicas?: number): Service => ({
  image: serverImage(stack),
  ...container({
    memoryMb: memoryBudget(stack).server,
    pids: 128,
    graceSeconds: graceSeconds(stack),
    ...(replicas === undefined ? {} : { replicas }),
  }),
  user: `${serverUid}:${serverUid}`,
  tmpfs: ['/tmp:size=64m,mode=1777'],
});

/** Once, before the processes of a version start. It is also the one that builds the image that all of them are of. */
export const migrateService = (stack: Stack): Service => ({
  ...common(stack),
  build: { context: '.', ...(stack.facts.hasNpmrc ? { secrets: ['npmrc'] } : {}) },
  restart: 'no',
  // Modules with their settings are looked at here, before any process is replaced.
  command: ['--migrate', ...(stack.facts.hasModules ? [...withSettings.words, ...ownModules] : [])],
  ...(stack.facts.hasModules ? { volumes: withSettings.volumes } : {}),
  environment: asPaths({ MESSOX_DATABASE_URL_FILE: secretFiles.MESSOX_DATABASE_URL_FILE }),
  secrets: ['database-url'],
  networks: ownsData(stack) ? ['data'] : ['edge'],
  ...(ownsData(stack) ? { depends_on: { postgres: { condition: 'service_healthy' } } } : {}),
});

/** All processes of one role. No host port and no name of its own: both would stand in the way of a second one. */
export const roleService = (stack: Stack, role: 'api' | 'gateway' | 'worker'): Service => ({
  ...common(stack, stack.settings.deploy.replicas[role]),
  pull_policy: 'never',
  command: ['--role', role, ...withSettings.words, ...(stack.facts.hasModules ? ownModules : [])],
  environment: {
    ...asPaths(secretFiles),
    MESSOX_SERVER__HOST: '0.0.0.0',
    MESSOX_SERVER__PORT: String(serverPort),
    MESSOX_SERVER__TRUSTED_PROXIES: '1',
    ...(stack.settings.server.publicUrl === undefined
      ? { MESSOX_SERVER__PUBLIC_URL: publicUrl(stack.settings.deploy) }
      : {}),
  },
  secrets: Object.values(secretFiles),
  volumes: withSettings.volumes,
  ...(role === 'gateway' ? manyFiles : {}),
  networks: [...(role === 'worker' && ownsData(stack) ? [] : ['edge']), ...(ownsData(stack) ? ['data'] : [])],
  depends_on: {
    migrate: { condition: 'service_completed_successfully' },
    ...(ownsData(stack) ? { rabbitmq: { condition: 'service_healthy' } } : {}),
  },
  ...healthcheck({ command: answersOk(serverPort, '/readyz'), everySeconds: 5, startSeconds: 60 }),
});
