import { z } from 'zod';

export const settings = z.strictObject({
  registration: z
    .enum(['open', 'closed'])
    .default('open')
    .meta({ description: 'Whether anyone may make an account, or only the administrator, with `messox user create`.' }),
});
