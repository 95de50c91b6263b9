import type { GeneratedFile } from '../generated/generated-file.ts';
import { renderCompose } from './compose/index.ts';
import { renderDockerfile } from './dockerfile.ts';
import { renderNginx } from './nginx/index.ts';
import { nginxOptions } from './nginx-options.ts';
import { renderPostgres } from './postgres/index.ts';
import { renderRabbitmq } from './rabbitmq/index.ts';
import { ownsData, type Stack } from './stack.ts';

/** Every file that is generated for a server in containers. With the mode `external` there is no PostgreSQL and no RabbitMQ among them. */
export const renderStack = (stack: Stack): GeneratedFile[] => [
  renderCompose(stack),
  ...renderDockerfile(stack),
  ...renderNginx(nginxOptions(stack)),
  ...(ownsData(stack) ? [...renderPostgres(stack), ...renderRabbitmq(stack)] : []),
];

const forOwn = (what: string): string => `# Yours: messox made this file once and does not touch it again.\n${what}`;

/** The admin's own files, made once: what is in them goes before what is generated. */
export const ownFiles: readonly GeneratedFile[] = [
  {
    path: 'compose.override.yaml',
    mode: 0o644,
    content: forOwn(
      '# docker compose reads it after compose.yaml: docs.docker.com/compose/how-tos/multiple-compose-files/merge\nservices: {}\n',
    ),
  },
  {
    path: 'nginx/http.d/own.conf',
    mode: 0o644,
    content: forOwn('# Part of http { }: maps, log formats, servers of your own.\n'),
  },
  {
    path: 'nginx/server.d/own.conf',
    mode: 0o644,
    content: forOwn('# Part of server { } of this domain: locations of your own.\n'),
  },
];
