import { sizeText } from '../../doctor/size.ts';
import { type Place, wholeCommandLine } from '../../output/command-line.ts';
import { durationText } from '../../output/duration.ts';
import type { Style } from '../../output/style.ts';
import { type Fact, factLines } from '../../output/table.ts';
import type { Count, DatabaseFacts } from './database.ts';
import type { DiskFacts } from './disk.ts';
import type { ServerFacts } from './server.ts';

export interface Facts {
  readonly healthy: boolean;
  readonly server: ServerFacts;
  /** Missing while no server runs. */
  readonly database?: DatabaseFacts | { readonly problem: string };
  readonly disk: DiskFacts;
}

const countText = ({ count, estimated }: Count): string => `${estimated ? 'about ' : ''}${count}`;

const readyText = ({ ready, checks }: ServerFacts, { green, red, signs }: Style): string => {
  if (ready) return green(`${signs.ok} ready`);
  const wrong = Object.entries(checks ?? {}).flatMap(([name, state]) => (state === 'ok' ? [] : [`${name} ${state}`]));
  return red(`${signs.fail} not ready: ${wrong.length > 0 ? wrong.join(', ') : 'it does not answer'}`);
};

const serverRows = (server: ServerFacts, style: Style): Fact[] => {
  if (!server.running) return [['server', style.yellow(`${style.signs.warn} stopped`)]];
  const { detached, memoryBytes, pid, sessions, uptimeMs = 0, url = '', version } = server;
  const where = detached ? 'in the background' : 'in the foreground';
  return [
    ['server', readyText(server, style)],
    ['address', url],
    ['process', `${pid ?? ''}, ${where} for ${durationText(uptimeMs)}, version ${version ?? ''}`],
    ...(memoryBytes === undefined ? [] : [['memory', sizeText(memoryBytes)] as const]),
    ...(sessions === undefined ? [] : [['sessions', String(sessions)] as const]),
  ];
};

export const databaseRows = (database: Facts['database'], { red, yellow, signs }: Style, place: Place): Fact[] => {
  if (!database) return [];
  if ('problem' in database) return [['database', red(`${signs.fail} ${database.problem}`)]];
  const { applied, pending, wrong } = database.migrations;
  return [
    [
      'database',
      `${sizeText(database.sizeBytes)}, ${database.connections} of ${database.maxConnections} connections in use`,
    ],
    [
      'migrations',
      wrong > 0
        ? red(`${signs.fail} ${wrong} not as this version has them (${wholeCommandLine(place, 'migrate', 'status')})`)
        : pending > 0
          ? yellow(`${signs.warn} ${pending} pending (${wholeCommandLine(place, 'migrate', 'up')})`)
          : `all ${applied} applied`,
    ],
    ['accounts', countText(database.accounts)],
    ['channels', countText(database.channels)],
    ['messages', countText(database.messages)],
  ];
};

const diskRow = ({ dataBytes, freeBytes, logBytes }: DiskFacts): Fact => [
  'disk',
  [
    ...(dataBytes === undefined ? [] : [`${sizeText(dataBytes)} of data`]),
    ...(logBytes === undefined ? [] : [`${sizeText(logBytes)} of logs`]),
    `${sizeText(freeBytes)} free`,
  ].join(', '),
];

/** The status for people: a name and what is known of it, a line each. */
export const renderStatus = ({ server, database, disk }: Facts, style: Style, place: Place): string[] =>
  factLines([...serverRows(server, style), ...databaseRows(database, style, place), diskRow(disk)], style.width);
