import { unsoundText } from '@messox/protocol';
import type { z } from 'zod';
import { Fault } from './fault.ts';

const isUnsound = (issue: z.core.$ZodIssue): boolean =>
  issue.message === unsoundText ||
  (issue.code === 'invalid_union' && issue.errors.some((branch) => branch.some(isUnsound)));

/** @throws Fault `invalid_text` or `invalid_request`, whose details name the fields */
export const validate = <S extends z.ZodType>(schema: S, input: unknown): z.output<S> => {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const fields = result.error.issues
    .slice(0, 10)
    .map((issue) => ({ path: issue.path.join('.'), problem: issue.message }));
  throw new Fault(result.error.issues.some(isUnsound) ? 'invalid_text' : 'invalid_request', { fields });
};
