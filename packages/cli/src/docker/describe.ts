import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Compose } from './compose.ts';
import { composeFiles } from './compose-files.ts';

const descriptionSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      hostname: z.string().optional(),
      image: z.string().optional(),
      build: z.object({ context: z.string().optional(), dockerfile: z.string().optional() }).nullish(),
      volumes: z.array(z.object({ source: z.string().optional(), target: z.string() })).nullish(),
      // Compose leaves out what is 0.
      ulimits: z.record(z.string(), z.union([z.int(), z.object({ hard: z.int().default(0) })])).nullish(),
      environment: z.record(z.string(), z.string().nullable()).nullish(),
      ports: z
        .array(z.object({ target: z.int(), published: z.string().optional(), host_ip: z.string().optional() }))
        .nullish(),
    }),
  ),
});

/** What compose.yaml and the admin's compose.override.yaml say together, as far as it is looked at. */
export type StackDescription = z.infer<typeof descriptionSchema>;

/** Lets compose read its files. @throws CliError docker_failed with what compose says of them */
export const describeStack = async (compose: Compose): Promise<StackDescription> =>
  descriptionSchema.parse(
    JSON.parse(await compose.run(['config', '--format', 'json'], { doing: 'read compose.yaml' })),
  );

/** What the next rendering makes where it is not there. */
const made = ['compose.yaml', 'compose.override.yaml'];

const areGenerated = (dir: string): boolean => {
  const files = composeFiles(dir);
  return files.length > 0 && made.every((name) => !files.includes(join(dir, name)) || existsSync(join(dir, name)));
};

/**
 * The same of files that may not be there. Undefined where they are not generated yet.
 *
 * @throws CliError docker_failed with what compose says of them
 */
export const readDescription = async (compose: Compose): Promise<StackDescription | undefined> =>
  areGenerated(compose.dir) ? describeStack(compose) : undefined;
