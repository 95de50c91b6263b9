import { z } from 'zod';

const details = z
  .record(z.string(), z.unknown())
  .optional()
  .meta({ description: 'More about it, for programs; what it holds depends on `code`.' });

/** The body of every refused REST call: RFC 9457 with `code`, `message` and `details` as extension members. */
export const problem = z.object({
  type: z.literal('about:blank').meta({ description: '`code` says it all.' }),
  title: z.string().meta({ description: 'What was wrong, for people.' }),
  status: z.int().meta({ description: 'The HTTP status again.' }),
  code: z.string().meta({ description: 'What was wrong, for programs.' }),
  message: z.string().meta({ description: 'The same as `title`, as in a refused request of the socket.' }),
  details,
});
export type Problem = z.infer<typeof problem>;

/** `error` of a refused WebSocket request. */
export const replyError = z.object({
  code: z.string().meta({ description: 'What was wrong, for programs.' }),
  message: z.string().meta({ description: 'What was wrong, for people.' }),
  details,
});
export type ReplyError = z.infer<typeof replyError>;
