import fc from 'fast-check';
import { expect, it } from 'vitest';
import { messageEntryOf, messageJson, type MessageRow } from './entry-json.ts';

const orNull = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { nil: null });
const time = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });

const row: fc.Arbitrary<MessageRow> = fc.record({
  channel_id: fc.nat(),
  seq: fc.nat(),
  sender_id: fc.nat(),
  client_id: fc.uuid(),
  sent_at: time,
  text: fc.string({ unit: 'grapheme' }),
  reply_to: orNull(fc.nat()),
  meta: orNull(fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<Record<string, unknown>>),
  edited_at: orNull(time),
  deleted_at: orNull(time),
  reactions: orNull(fc.dictionary(fc.string(), fc.array(fc.nat()))),
});

it('a message is the same as an object and as JSON', () => {
  fc.assert(
    fc.property(row, (it) => {
      expect(JSON.stringify(messageEntryOf(it))).toBe(messageJson(it));
    }),
  );
});
