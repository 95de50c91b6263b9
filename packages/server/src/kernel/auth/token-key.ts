import { StartFault } from '../fault.ts';

const charactersMin = 32;

/** @throws StartFault token_key_weak */
export const checkTokenKey = (key: string, help: string): void => {
  if (key.length < charactersMin)
    throw new StartFault('token_key_weak', `The token key has fewer than ${charactersMin} characters.`, help);
};
