import { stringify } from 'yaml';
import type { GeneratedFile } from '../../generated/generated-file.ts';
import { madeBy, ownsData, type Stack } from '../stack.ts';
import { postgresService, rabbitmqService } from './data.ts';
import { nginxService } from './nginx.ts';
import { migrateService, roleService } from './server.ts';

/** Names of the files in `secrets/` that compose gives to containers. */
const composeSecrets = (stack: Stack): string[] => [
  'database-url',
  'amqp-url',
  'token-key',
  'app-api-key',
  ...(ownsData(stack) ? ['database-password', 'rabbitmq-definitions'] : []),
];

const composeFile = (stack: Stack): unknown => {
  const isAcme = stack.settings.deploy.tls.mode === 'acme';
  const volumes = [...(ownsData(stack) ? ['postgres', 'rabbitmq'] : []), ...(isAcme ? ['acme'] : [])];
  return {
    name: stack.facts.project,
    services: {
      nginx: nginxService(stack),
      api: roleService(stack, 'api'),
      gateway: roleService(stack, 'gateway'),
      worker: roleService(stack, 'worker'),
      migrate: migrateService(stack),
      ...(ownsData(stack) ? { postgres: postgresService(stack), rabbitmq: rabbitmqService(stack) } : {}),
    },
    networks: { edge: {}, ...(ownsData(stack) ? { data: { internal: true } } : {}) },
    ...(volumes.length > 0 ? { volumes: Object.fromEntries(volumes.map((name) => [name, {}])) } : {}),
    secrets: {
      ...Object.fromEntries(composeSecrets(stack).map((name) => [name, { file: `./secrets/${name}` }])),
      ...(stack.facts.hasNpmrc ? { npmrc: { file: './.npmrc' } } : {}),
    },
  };
};

/** `compose.yaml`, of which what is not named by the settings is in `compose.override.yaml`. */
export const renderCompose = (stack: Stack): GeneratedFile => ({
  path: 'compose.yaml',
  mode: 0o644,
  content: `${madeBy('Changes of your own go into compose.override.yaml, which compose reads with it.')}\n${stringify(composeFile(stack), { aliasDuplicateObjects: false, lineWidth: 0, version: '1.1' })}`,
});
