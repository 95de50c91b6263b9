import { hang } from '../output/wrap.ts';
import type { UpgradePlan } from './upgrade-plan.ts';

const countOf = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const databaseLine = ({ pending }: UpgradePlan): string => {
  if (pending === undefined) return 'the database does not run, so nobody can say';
  if (pending.length === 0) return 'none';
  const names = pending.map(({ module, name, number }) => `${module} ${String(number).padStart(4, '0')}-${name}`);
  return `${countOf(pending.length, 'migration')}: ${names.join(', ')}`;
};

/** The plan for people, to be read before the answer, in lines of at most `width` columns. */
export const renderPlan = (plan: UpgradePlan, width = Infinity): string[] => {
  const { files, from, notes, to } = plan;
  const marks = ({ contracts, hardStop }: UpgradePlan['notes'][number]): string =>
    [...(hardStop ? ['no upgrade leaves it out'] : []), ...(contracts ? ['no way back but the backup'] : [])].join(
      '; ',
    );
  return [
    from === to
      ? `The server is of messox ${to} already, and this of it is not up to date:`
      : `From messox ${from ?? 'of an unknown version'} to ${to}`,
    ...notes.flatMap((entry) => {
      const said = marks(entry);
      return [
        `  ${entry.version}${said === '' ? '' : ` (${said})`}`,
        ...entry.notes.flatMap((note) => hang('    ', note, width)),
      ];
    }),
    ...hang('  database  ', databaseLine(plan), width),
    ...hang('  files     ', files.length === 0 ? 'none' : files.join(', '), width),
  ];
};

export const question = ({ from, to }: UpgradePlan): string =>
  from === to ? 'Bring it up to date?' : `Upgrade to messox ${to}?`;

/** The same for programs. */
export const planData = ({ files, from, notes, pending, to }: UpgradePlan) => ({
  from: from ?? null,
  to,
  notes,
  migrations: pending ?? null,
  files,
});
