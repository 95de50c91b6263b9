import { z } from 'zod';

/** A name of the DNS in ASCII: labels of letters, digits and inner hyphens, the last one not a number, as an address has. */
const domain = z
  .string()
  .max(253)
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);

const replicas = (count: number, about: string) => z.int().min(1).max(50).default(count).meta({ description: about });

const image = (name: string, about: string) =>
  z
    .string()
    .regex(/^[a-z0-9][\w./:@-]*$/)
    .default(name)
    .meta({ description: about, expects: 'the name of a container image' });

const port = (number: number, about: string) => z.int().min(1).max(65_535).default(number).meta({ description: about });

const rate = (most: number, about: string) => z.int().min(1).max(1_000_000).default(most).meta({ description: about });

/** A path in a file of compose or nginx: nothing in it that either reads as more than a letter. */
const hostPath = (about: string) =>
  z
    .string()
    .regex(/^[^\s"'`$;{}\\][^"'`$;{}\\\n\r]*$/)
    .optional()
    .meta({ description: about, expects: 'the path of a file' });

/** The section `deploy` of `messox.yaml`: what stands around the processes of a server, and is generated from it. */
export const deploySettings = z
  .strictObject({
    domain: domain.optional().meta({
      description: 'The name that people reach the server by. One with other letters is written as punycode (xn--…).',
      expects: 'a domain name in small letters, such as chat.example.org',
    }),
    tls: z
      .strictObject({
        mode: z.enum(['acme', 'files', 'proxy', 'off']).default('acme').meta({
          description:
            "Where TLS comes from: `acme` fetches certificates of Let's Encrypt and renews them, `files` takes yours, `proxy` leaves it to a proxy of yours in front, `off` is for this machine alone.",
        }),
        email: z
          .email()
          .optional()
          .meta({ description: "Where Let's Encrypt writes about the certificate.", expects: 'an e-mail address' }),
        certificate: hostPath('With `files`: the certificate with its chain, as PEM, on this machine.'),
        key: hostPath('With `files`: the private key of the certificate, as PEM, on this machine.'),
        staging: z.boolean().default(false).meta({
          description:
            "With `acme`: certificates of Let's Encrypt for trying out, which no browser trusts and which use up no quota.",
        }),
      })
      .prefault({}),
    bind: z.union([z.ipv4(), z.ipv6()]).optional().meta({
      description:
        'The address of this machine that nginx listens on; not set: all of them (0.0.0.0), and 127.0.0.1 where `tls.mode` is `proxy` or `off`.',
      expects: 'an IP address of this machine',
    }),
    ports: z
      .strictObject({
        http: port(80, 'Port for HTTP. With `acme` it must be 80 to the outside.'),
        https: port(443, 'Port for HTTPS, where `tls.mode` is `acme` or `files`.'),
      })
      .prefault({}),
    replicas: z
      .strictObject({
        api: replicas(2, 'Processes that answer the API.'),
        gateway: replicas(2, 'Processes that hold the sockets.'),
        worker: replicas(1, 'Processes that do what can wait.'),
      })
      .prefault({}),
    images: z
      .strictObject({
        nginx: image('nginx:1.30', 'The image of nginx, 1.27.3 or newer; with `acme` it has nginx-acme in it.'),
        postgres: image(
          'postgres:18',
          'The image of PostgreSQL 18. Another major version needs a backup and a restore.',
        ),
        rabbitmq: image('rabbitmq:4.2', 'The image of RabbitMQ 4.'),
        node: image('node:24-slim', 'The image of Node that the image of the server is built on. It has bash.'),
      })
      .prefault({}),
    memoryMb: z.int().min(512).max(16_777_216).optional().meta({
      description: 'Memory that all of it may use, in MB; not set: that of this machine.',
    }),
    limits: z
      .strictObject({
        authPerMinute: rate(10, 'Logins and registrations of one address (IPv6: one /64) in a minute.'),
        restPerSecond: rate(20, 'Requests of one address (IPv6: one /64) in a second.'),
        socketOpensPerSecond: rate(2, 'Sockets that one address (IPv6: one /64) opens in a second.'),
        socketsPerAddress: rate(20, 'Sockets that one address (IPv6: one /64) holds at once.'),
        bodyMb: z.int().min(1).max(1_024).default(1).meta({
          description: 'The largest body of a request that nginx lets through, in MB.',
        }),
      })
      .prefault({}),
  })
  .prefault({});

type DeploySettings = z.infer<typeof deploySettings>;

/** What the schema of a single value cannot say: the settings that another one makes necessary, by their path. */
export const missingDeploySettings = (
  mode: string,
  { domain: name, tls }: DeploySettings,
): { readonly path: readonly string[]; readonly message: string }[] => {
  const missing = (key: 'domain' | 'email' | 'certificate' | 'key', message: string) => ({
    path: key === 'domain' ? ['deploy', 'domain'] : ['deploy', 'tls', key],
    message,
  });
  const problems = [];
  const isDeployed = mode === 'compose' || name !== undefined;
  if (isDeployed && name === undefined && tls.mode !== 'off')
    problems.push(missing('domain', `is missing; deploy.tls.mode ${tls.mode} needs it`));
  if (isDeployed && tls.mode === 'acme' && tls.email === undefined)
    problems.push(missing('email', 'is missing; deploy.tls.mode acme needs it'));
  if (tls.mode === 'acme' && name !== undefined && !name.includes('.'))
    problems.push(missing('domain', `${name} is no name that Let's Encrypt gives a certificate for`));
  if (tls.mode === 'files')
    for (const key of ['certificate', 'key'] as const)
      if (tls[key] === undefined) problems.push(missing(key, 'is missing; deploy.tls.mode files needs it'));
  return problems;
};
