import { randomUUID } from 'node:crypto';
import { Fault, type Host } from '../../kernel/module.ts';
import { refuseBlocked } from '../blocks/index.ts';
import { type AppEvent, checkContent, metaOf, type ToldEvent } from './app-event.ts';

/** An event that is no message, on its way to the sockets of its addressee. */
export const passingSignal = 'messox-app:event';

export interface SendOptions {
  readonly sql: Host['sql'];
  readonly timeline: Host['timeline'];
  readonly openDirect: (userId: number, otherId: number) => Promise<{ channelId: number }>;
}

/**
 * Stores a message of the direct channel of the two, or hands any other event to the sockets that the addressee has open
 * at this moment. `directs` remembers the sender's direct channels: addressee to channel.
 *
 * @throws Fault invalid_text, invalid_request (to oneself, too long), user_not_found, forbidden, overloaded, unavailable
 */
export const sendEvent = async (
  options: SendOptions,
  senderId: number,
  directs: Map<number, number>,
  event: AppEvent,
): Promise<void> => {
  checkContent(event);
  if (event.adderess === senderId)
    throw new Fault('invalid_request', { fields: [{ path: 'adderess', problem: 'This is yourself.' }] });
  if (event.type === 'message') await sendMessage(options, senderId, directs, event);
  else await passOn(options, senderId, event);
};

const sendMessage = async (
  { openDirect, timeline }: SendOptions,
  senderId: number,
  directs: Map<number, number>,
  event: AppEvent,
): Promise<void> => {
  const channelId = directs.get(event.adderess) ?? (await openDirect(senderId, event.adderess)).channelId;
  directs.set(event.adderess, channelId);
  // The app gives its messages no id, so a message that it sends twice is two.
  await timeline.send({
    channelId,
    senderId,
    clientId: randomUUID(),
    text: event.data,
    replyTo: null,
    meta: metaOf(event),
  });
};

/** By the addressee's own channel, where nobody but they listen, on whichever process their sockets are. */
const passOn = async ({ sql, timeline }: SendOptions, sender: number, event: AppEvent): Promise<void> => {
  const { adderess, data, date, type } = event;
  const [self] = await sql<{ id: number }[]>`
    select c.id from channels c join users u on u.id = c.low_user_id and u.disabled_at is null
    where c.low_user_id = ${adderess} and c.high_user_id = ${adderess}`;
  if (!self) throw new Fault('user_not_found');
  await refuseBlocked(sql, sender, [adderess]);
  const told: ToldEvent = { sender, date, type, data };
  timeline.signal(self.id, passingSignal, told);
};
