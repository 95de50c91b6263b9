import { invariants, type Invariant, type Violation } from '@messox/client/checker';
import { bad, type Finding, good, notice } from './finding.ts';
import type { Round } from './round.ts';

/** What is told of several invariants together. */
const subjects: readonly { id: string; title: string; ok: string; about: readonly Invariant[] }[] = [
  {
    id: 'stored',
    title: 'Stored once',
    ok: 'what was acknowledged is there, once, and as it was sent',
    about: ['acknowledged', 'refused', 'unknown', 'invented', 'unique', 'replay'],
  },
  { id: 'order', title: 'One order', ok: 'everybody reads every channel in one order', about: ['order', 'lane'] },
  {
    id: 'delivery',
    title: 'Delivery',
    ok: 'every session got every entry once, in order, also after a cut',
    about: ['delivery', 'membership'],
  },
  {
    id: 'history',
    title: 'History',
    ok: 'pages and snapshots say what was told live',
    about: ['content', 'freshness', 'state'],
  },
];

const logs = '`messox logs --since 30m --level warn`, and report it with the output of --json';

const judgeSubject = (subject: (typeof subjects)[number], violations: readonly Violation[]): Finding => {
  const { about, id, ok, title } = subject;
  const those = violations.filter(({ invariant }) => about.includes(invariant));
  const [first] = those;
  if (!first) return good(id, title, ok);
  const names = [...new Set(those.map(({ invariant }) => invariants[invariant]))];
  const more = those.length > 1 ? ` (and ${those.length - 1} more)` : '';
  return bad(id, title, `broken: ${names.join(' ')} ${first.message}${more}`, logs);
};

const limitCodes = ['rate_limited', 'overloaded', 'too_many_sessions'];

/** Refusals by a limit are no fault of delivery: clients wait and send again. */
const judgeLimits = (rounds: readonly Round[]): Finding => {
  const hits = rounds.flatMap(({ tape }) => [...tape.refused].filter(([code]) => limitCodes.includes(code)));
  const count = hits.reduce((sum, [, times]) => sum + times, 0);
  if (count === 0) return good('limits', 'Limits', 'no limit was in the way');
  const codes = [...new Set(hits.map(([code]) => code))].join(', ');
  return notice(
    'limits',
    'Limits',
    `${count} requests were refused by a limit (${codes}) and sent again; times say less then`,
    'Use fewer --accounts, or look at the limits: `messox config show limits`',
  );
};

export const judgeRounds = (rounds: readonly Round[]): Finding[] => {
  const violations = rounds.flatMap((round) => round.violations);
  const restless = [...new Set(rounds.flatMap((round) => round.restless))];
  const findings = subjects.map((subject) => judgeSubject(subject, violations));
  if (restless.length > 0)
    findings.push(
      bad(
        'rest',
        'Coming to rest',
        `devices ${restless.join(', ')} were not up to date half a minute after the last message`,
        logs,
      ),
    );
  return [...findings, judgeLimits(rounds)];
};
