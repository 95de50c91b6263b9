import { limitNames, limits } from '@messox/protocol';
import { z } from 'zod';
import { deploySettings, missingDeploySettings } from './deploy-settings.ts';

const limit = (name: (typeof limitNames)[number]) =>
  z
    .int()
    .min(1)
    .optional()
    .meta({ description: `${limits[name].about} (${limits[name].unit}; default ${limits[name].default})` });

/** What `messox.yaml` holds besides the settings of the modules, which each module declares itself. */
const baseSettings = {
  mode: z.enum(['embedded', 'external', 'compose']).default('embedded').meta({
    description:
      'What runs around the server: with `embedded` one process brings its PostgreSQL along, with `external` any number of messox-server use a PostgreSQL and a RabbitMQ that somebody else runs, with `compose` Docker runs all of it behind nginx.',
  }),
  server: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1').meta({ description: 'Address to listen on.' }),
      port: z
        .int()
        .min(0)
        .max(65_535)
        .default(8080)
        .meta({ description: 'TCP port to listen on; 0 takes a free one.' }),
      publicUrl: z
        .url({ protocol: /^https?$/ })
        .optional()
        .meta({ description: 'Where clients reach the server, when that is not host and port.' }),
      allowedOrigins: z
        .array(z.url({ protocol: /^https?$/ }))
        .default([])
        .meta({ description: 'Origins of web pages, besides its own, that may open a socket or call the API.' }),
      trustedProxies: z
        .int()
        .min(0)
        .max(5)
        .default(0)
        .meta({ description: 'How many proxies in front set X-Forwarded-For; 0 ignores that header.' }),
    })
    .prefault({}),
  database: z
    .strictObject({
      connections: z
        .int()
        .min(1)
        .max(200)
        .default(8)
        .meta({ description: 'Connections of one process to PostgreSQL, besides one for sends and one that listens.' }),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z
        .enum(['debug', 'info', 'warn', 'error'])
        .default('info')
        .meta({ description: 'The least serious line that is logged.' }),
    })
    .prefault({}),
  deploy: deploySettings,
  limits: z
    .strictObject(
      Object.fromEntries(limitNames.map((name) => [name, limit(name)])) as Record<
        (typeof limitNames)[number],
        ReturnType<typeof limit>
      >,
    )
    .prefault({}),
};

/** The part of a module that matters here. */
export interface ModuleSettings {
  readonly name: string;
  readonly settings?: z.ZodObject;
}

/** The schema of `messox.yaml` for a server with these modules: strict, with a default for everything. */
export const settingsSchema = (modules: readonly ModuleSettings[]) =>
  z
    .strictObject({
      ...baseSettings,
      modules: z
        .strictObject(
          Object.fromEntries(
            modules.flatMap(({ name, settings }) => (settings ? [[name, settings.prefault({})]] : [])),
          ),
        )
        .prefault({}),
    })
    .superRefine(({ mode, deploy }, context) => {
      for (const { path, message } of missingDeploySettings(mode, deploy))
        context.addIssue({ code: 'custom', path: [...path], message });
    });

export type Settings = z.infer<ReturnType<typeof settingsSchema>>;
