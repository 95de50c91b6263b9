import { MessoxError } from '@messox/client';
import { isFaultCode } from '@messox/protocol';

/** Whether the server refused for good: then nothing happened. Everything else leaves the outcome open. */
export const isRefusal = (error: unknown): error is MessoxError =>
  error instanceof MessoxError && isFaultCode(error.code) && (error.remedy === 'fix' || error.remedy === 'give up');
