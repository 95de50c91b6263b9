import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Compose } from './compose.ts';

const descriptionSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      hostname: z.string().optional(),
      environment: z.record(z.string(), z.string().nullable()).nullish(),
      ports: z
        .array(z.object({ target: z.int(), published: z.string().optional(), host_ip: z.string().optional() }))
        .nullish(),
    }),
  ),
});

/** What compose.yaml and the admin's compose.override.yaml say together, as far as it is looked at. */
export type StackDescription = z.infer<typeof descriptionSchema>;

/**
 * Lets compose read its files. Undefined where they are not generated yet.
 *
 * @throws CliError docker_failed with what compose says of them
 */
export const readDescription = async (compose: Compose): Promise<StackDescription | undefined> => {
  if (!existsSync(join(compose.dir, 'compose.yaml'))) return undefined;
  const told = await compose.run(['config', '--format', 'json'], { doing: 'read compose.yaml' });
  return descriptionSchema.parse(JSON.parse(told));
};
