import { createHash } from 'node:crypto';

/** As RabbitMQ keeps a password: base64 of a salt of four bytes and SHA-256 of it and the password (rabbitmq.com/docs/passwords). */
export const hashPassword = (password: string, salt: Uint8Array): string =>
  Buffer.concat([salt, createHash('sha256').update(salt).update(password, 'utf8').digest()]).toString('base64');

/** What a new RabbitMQ begins with: one user, who has one vhost, in which queues are quorum queues unless they say otherwise. */
export const rabbitmqDefinitions = (password: string, salt: Uint8Array): string =>
  `${JSON.stringify(
    {
      users: [
        {
          name: 'messox',
          password_hash: hashPassword(password, salt),
          hashing_algorithm: 'rabbit_password_hashing_sha256',
          tags: [],
        },
      ],
      vhosts: [{ name: 'messox', default_queue_type: 'quorum', metadata: { default_queue_type: 'quorum' } }],
      permissions: [{ user: 'messox', vhost: 'messox', configure: '.*', write: '.*', read: '.*' }],
    },
    null,
    2,
  )}\n`;
