import { readFileSync } from 'node:fs';
import { StartFault } from '../kernel/fault.ts';

/** What a process must be told and must never be seen: each from the environment, or from a file that it names. */
export const secretVariables = {
  databaseUrl: {
    name: 'MESSOX_DATABASE_URL',
    /** What hosts and container tools set. */
    also: 'DATABASE_URL',
    required: true,
    about:
      'URL of PostgreSQL 15 or newer: `postgres://user:password@host:5432/database`, with `?sslmode=verify-full` and, for an authority of your own, `&sslrootcert=/path/ca.pem`.',
  },
  amqpUrl: {
    name: 'MESSOX_AMQP_URL',
    required: true,
    about: 'URL of RabbitMQ 3.10 or newer: `amqp://user:password@host:5672/vhost`, or `amqps://…` with TLS.',
  },
  tokenKey: {
    name: 'MESSOX_TOKEN_KEY',
    required: true,
    about: 'Key that signs access tokens, at least 32 characters; the same for all processes of a server.',
  },
  appApiKey: { name: 'MESSOX_APP_API_KEY', required: false, about: 'API key that messox-app must send; empty: none.' },
} as const;

export type ExternalSecrets = Readonly<Record<keyof typeof secretVariables, string>>;

type Environment = Readonly<Record<string, string | undefined>>;

const readSecretFile = (variable: string, path: string): string => {
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch (error) {
    throw new StartFault(
      'secrets_missing',
      `The file that ${variable} names cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}.`,
      `Make ${path} readable for the user that runs messox-server.`,
      { cause: error },
    );
  }
};

const valueOf = (environment: Environment, name: string): string => {
  const [value = '', path = ''] = [environment[name], environment[`${name}_FILE`]];
  if (value !== '' && path !== '')
    throw new StartFault('secrets_invalid', `Both ${name} and ${name}_FILE are set.`, 'Remove one of the two.');
  return path === '' ? value : readSecretFile(`${name}_FILE`, path);
};

/** The secret's value; empty when it is not set. @throws StartFault secrets_missing, secrets_invalid */
export const readSecretIfSet = (environment: Environment, key: keyof ExternalSecrets): string => {
  const variable = secretVariables[key];
  const own = valueOf(environment, variable.name);
  return own === '' && 'also' in variable ? valueOf(environment, variable.also) : own;
};

/** One of them. @throws StartFault secrets_missing, secrets_invalid */
export const readSecret = (environment: Environment, key: keyof ExternalSecrets): string => {
  const variable = secretVariables[key];
  const value = readSecretIfSet(environment, key);
  if (value === '' && variable.required)
    throw new StartFault(
      'secrets_missing',
      `${variable.name} is not set.`,
      `Set it, or ${variable.name}_FILE to the path of a file that holds it.`,
    );
  return value;
};

/** @throws StartFault secrets_missing, secrets_invalid */
export const readSecrets = (environment: Environment): ExternalSecrets => ({
  databaseUrl: readSecret(environment, 'databaseUrl'),
  amqpUrl: readSecret(environment, 'amqpUrl'),
  tokenKey: readSecret(environment, 'tokenKey'),
  appApiKey: readSecret(environment, 'appApiKey'),
});
