import type { DatabaseAddress, Restored } from '@messox/server';
import { withAddress } from '../../archive/database-address.ts';
import { translate } from '../../errors/translate.ts';
import type { Context } from '../../framework/context.ts';

const tellLeft = ({ output }: Context, error: unknown): void => {
  const { detail, message } = translate(error);
  output.warn(
    [
      `The backup is in the database, but what led there could not be put away: ${message}`,
      ...(detail === undefined ? [] : [detail]),
      '`messox down` removes it',
    ].join('\n'),
  );
};

/**
 * Puts the archive into the database of the containers. Once it holds there, nothing that goes wrong with the way to it undoes it.
 *
 * @throws what `withAddress` and `put` throw: the data is as it was
 */
export const putIntoDatabase = async (
  context: Context,
  put: (address: DatabaseAddress) => Promise<Restored>,
): Promise<Restored> => {
  const done: { restored?: Restored } = {};
  try {
    return await withAddress(context, 'compose', { command: 'restore' }, async (address) => {
      done.restored = await put(address);
      return done.restored;
    });
  } catch (error) {
    if (!done.restored) throw error;
    tellLeft(context, error);
    return done.restored;
  }
};
