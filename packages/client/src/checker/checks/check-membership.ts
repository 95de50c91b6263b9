import type { Facts } from '../facts.ts';
import type { Recv, Reset } from '../history.ts';
import type { Report } from '../invariants.ts';
import type { Memberships } from '../memberships.ts';

export interface MembershipOptions {
  /** So long after a removal was acknowledged may what was sent before it still be on its way to an open session. */
  readonly lagMs: number;
}

/** Who was taken out of a channel is told nothing that happened later, and nothing at all that is asked for later. */
export const checkMembership = (
  facts: Facts,
  memberships: Memberships,
  { lagMs }: MembershipOptions,
  report: Report,
): void => {
  for (const { open, records } of facts.sessions.values()) {
    const { userId } = open;
    const told = (record: Recv | Reset, channelId: number, seq: number): void => {
      const last = memberships.lastSeqOf(channelId, userId);
      if (last !== undefined && seq > last)
        report('membership', `User ${userId}, who left ${channelId} for good at ${last}, was told of ${seq}.`, record);
      const absence = memberships.absenceAt(channelId, userId, record.at);
      if (absence && (open.at > absence.removed.at || record.at > absence.removed.at + lagMs))
        report(
          'membership',
          `User ${userId} was told of ${channelId}/${seq} while out of it.`,
          absence.removed,
          open,
          record,
        );
    };
    for (const record of records) {
      if (record.type === 'recv') told(record, record.entry.channelId, record.entry.seq);
      if (record.type === 'reset') told(record, record.channelId, record.head);
    }
  }
  for (const page of facts.pages) {
    const absence = memberships.absenceAt(page.channelId, page.userId, page.startedAt);
    if (absence && page.at < absence.until)
      report('membership', `User ${page.userId} read ${page.channelId} while out of it.`, absence.removed, page);
  }
};
