import { checkLines } from '../../doctor/render-check.ts';
import { durationText } from '../../output/duration.ts';
import type { Style } from '../../output/style.ts';
import { type Place, typedIn } from '../../output/command-line.ts';
import { table } from '../../output/table.ts';
import { wrap } from '../../output/wrap.ts';
import type { Finding } from './finding.ts';
import { type Spread, spreadOf } from './percentiles.ts';
import type { Round } from './round.ts';

export interface Facts {
  readonly url: string;
  readonly accounts: number;
  readonly findings: readonly Finding[];
  readonly rounds: readonly Round[];
}

/** The result for programs. */
export const reportData = ({ accounts, findings, rounds, url }: Facts, place: Place) => {
  const sum = (count: (round: Round) => number): number => rounds.reduce((total, round) => total + count(round), 0);
  return {
    ok: findings.every(({ status }) => status !== 'fail'),
    url,
    accounts,
    rounds: rounds.length,
    messages: sum(({ tape }) => tape.acknowledgedMs.length),
    entriesReceived: sum(({ tape }) => tape.records.filter(({ type }) => type === 'recv').length),
    socketsCut: sum(({ cuts }) => cuts),
    resumes: sum(({ tape }) => tape.resumes),
    acknowledgedMs: spreadOf(rounds.flatMap(({ tape }) => tape.acknowledgedMs)),
    deliveredMs: spreadOf(rounds.flatMap(({ tape }) => tape.deliveredMs)),
    checks: findings.map((finding) => typedIn(finding, place)),
    violations: rounds.flatMap((round) => round.violations.map(({ invariant, message }) => ({ invariant, message }))),
  };
};

const spreadRow = (name: string, { max, p50, p95, p99 }: Spread): string[] => [
  `  ${name}`,
  ...[p50, p95, p99, max].map((ms) => `${ms} ms`),
];

export const renderReport = (facts: Facts, style: Style, place: Place): string[] => {
  const data = reportData(facts, place);
  const failed = facts.findings.filter(({ status }) => status === 'fail').length;
  const talked =
    data.rounds === 0
      ? []
      : [
          '',
          ...wrap(
            `${data.messages} messages of ${data.accounts} people, ${data.entriesReceived} entries handed over, ${data.socketsCut} sockets cut, ${data.resumes} resumes`,
            80,
          ),
          ...table([
            ['', 'p50', 'p95', 'p99', 'longest'].map(style.bold),
            spreadRow('acknowledged', data.acknowledgedMs),
            spreadRow('delivered', data.deliveredMs),
          ]),
        ];
  return [
    style.bold(data.url),
    ...facts.findings.flatMap((finding) => checkLines(finding, style, place)),
    ...talked,
    '',
    failed > 0
      ? style.red(`${failed} ${failed === 1 ? 'thing is' : 'things are'} wrong`)
      : style.green('The server keeps its promises'),
  ];
};

export const forecast = (talkMs: number, idleMs: number): string =>
  `Takes about ${durationText(Math.max(talkMs, idleMs) + 5_000)}; Ctrl-C ends it and leaves nothing behind`;
