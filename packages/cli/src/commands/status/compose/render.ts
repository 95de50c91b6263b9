import { sizeText } from '../../../doctor/size.ts';
import { type Place, wholeCommandLine } from '../../../output/command-line.ts';
import { durationText } from '../../../output/duration.ts';
import type { Style } from '../../../output/style.ts';
import { type Fact, factLines, table } from '../../../output/table.ts';
import { databaseRows } from '../render.ts';
import type { StackFacts } from './gather.ts';
import type { QueueFacts } from './queues.ts';
import type { ServiceFacts } from './services.ts';

const healthText = ({ healthy, replicas, wanted }: ServiceFacts, { green, red, signs, yellow }: Style): string => {
  if (replicas.length === 0) return red(`${signs.fail} stopped`);
  if (healthy === wanted) return green(`${signs.ok} healthy`);
  const killed = replicas.some(({ oomKilled }) => oomKilled) ? ', one was ended for want of memory' : '';
  return (healthy === 0 ? red : yellow)(`${healthy === 0 ? signs.fail : signs.warn} not all healthy${killed}`);
};

const sinceText = ({ replicas }: ServiceFacts): string => {
  const started = replicas.filter(({ state }) => state === 'running').map(({ startedAt }) => Date.parse(startedAt));
  return started.length === 0 ? '' : durationText(Date.now() - Math.max(...started));
};

const serviceTable = (services: readonly ServiceFacts[], style: Style): string[] =>
  table([
    ['service', 'replicas', 'health', 'for', 'restarts'].map(style.bold),
    ...services.map((facts) => [
      facts.service,
      `${facts.healthy} of ${facts.wanted}`,
      healthText(facts, style),
      sinceText(facts),
      String(facts.replicas.reduce((sum, { restarts }) => sum + restarts, 0)),
    ]),
  ]);

const deadQueue = 'messox.jobs.dead';

const jobsText = (queues: readonly QueueFacts[], { red, signs }: Style): string => {
  const sum = (of: (name: string) => boolean): number =>
    queues.reduce((total, { messages, name }) => total + (of(name) ? messages : 0), 0);
  const dead = sum((name) => name === deadQueue);
  return [
    `${sum((name) => name !== deadQueue)} wait`,
    ...(dead > 0 ? [red(`${signs.fail} ${dead} could not be done`)] : []),
  ].join(', ');
};

const soonDays = 14;

const certificateRows = (certificate: StackFacts['certificate'], { green, red, signs, yellow }: Style): Fact[] => {
  if (certificate === undefined) return [];
  if (certificate === null) return [['certificate', red(`${signs.fail} nginx shows none`)]];
  const paint = certificate.daysLeft < soonDays ? yellow : green;
  return [['certificate', paint(`${certificate.daysLeft} days left, of ${certificate.issuer || 'nobody known'}`)]];
};

/** The status of a stack for people. */
export const renderStackStatus = (facts: StackFacts, style: Style, place: Place): string[] => {
  const { certificate, disk, drift, previous, queues, url, version } = facts;
  const { signs, yellow } = style;
  const rows: Fact[] = [
    ['address', url],
    ['version', version],
    ...(previous === undefined
      ? []
      : [['before', `${previous} (${wholeCommandLine(place, 'upgrade', '--rollback')})`] as const]),
    ...databaseRows(facts.database, style, place),
    ...(queues ? [['jobs', jobsText(queues, style)] as const] : []),
    ...certificateRows(certificate, style),
    ['disk', disk.freeBytes === undefined ? disk.folder : `${sizeText(disk.freeBytes)} free at ${disk.folder}`],
    [
      'files',
      drift.length === 0
        ? 'as generated'
        : yellow(`${signs.warn} ${drift.join(', ')} (${wholeCommandLine(place, 'config', 'diff')})`),
    ],
  ];
  return [...serviceTable(facts.services, style), '', ...factLines(rows, style.width)];
};
