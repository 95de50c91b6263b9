import { byteLength, codePointLength, type Limits } from '@messox/protocol';
import type { Refusal } from './answers.ts';
import type { Credentials } from './read-credentials.ts';

/** What nobody's name or password can be. */
export const tooLong = ({ name, password }: Credentials, limits: Limits): Refusal | undefined => {
  const { passwordBytes, usernameCodePoints } = limits;
  if (codePointLength(name) > usernameCodePoints)
    return { status: 413, field: 'name', message: `Too long: more than ${usernameCodePoints} characters.` };
  if (byteLength(password) > passwordBytes)
    return { status: 413, field: 'password', message: `Too long: more than ${passwordBytes} bytes.` };
  return undefined;
};
