import { rest, type Tokens } from '@messox/protocol';
import { messoxError } from '../error.ts';
import { type Caller, callOnce } from '../rest/call.ts';

// The server answers a refresh token that was used a moment ago (`refreshGraceMs`, 10 s) with the same successor once
// more. So a lost answer is asked for again within that time: later, the token would look stolen and end the session.
const attempts = 3;
const againAfterFailureMs = 500;
const againWhileWaitingMs = 3_000;

/** Changes a refresh token for new tokens; asks again while an answer is missing. @throws MessoxError */
export const exchange = (caller: Caller, refreshToken: string): Promise<Tokens> =>
  new Promise((resolve, reject) => {
    let asked = 0;
    let failed = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const askIn = (ms: number): void => {
      clearTimeout(timer);
      if (asked < attempts) timer = setTimeout(ask, ms);
    };
    const ask = (): void => {
      asked += 1;
      askIn(againWhileWaitingMs);
      callOnce(caller, rest.refresh, { body: { refreshToken } }).then(
        (tokens) => {
          clearTimeout(timer);
          resolve(tokens as Tokens);
        },
        (thrown: unknown) => {
          const error = messoxError(thrown);
          failed += 1;
          if (error.remedy === 'retry' && error.code !== 'rate_limited' && (asked < attempts || failed < asked)) {
            askIn(againAfterFailureMs);
          } else {
            clearTimeout(timer);
            reject(error);
          }
        },
      );
    };
    ask();
  });
