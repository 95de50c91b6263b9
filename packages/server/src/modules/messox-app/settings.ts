import { z } from 'zod';

export const settings = z.strictObject({
  enabled: z.boolean().default(true).meta({ description: 'Whether the routes that messox-app uses are served.' }),
  unknownUser: z.enum(['not_found', 'unauthorized']).default('not_found').meta({
    description:
      'The answer to a login with an unknown name: 404, which the app expects and which lets anyone find out which names exist, or 401 as for a wrong password.',
  }),
});
