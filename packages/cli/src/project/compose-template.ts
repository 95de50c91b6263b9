import { sectionLines, settingLines, settingsHeader } from './settings-template.ts';

/** What is asked about a new server that Docker runs. */
export interface ComposeAnswers {
  /** Empty where TLS is off. */
  readonly domain: string;
  readonly tls: 'acme' | 'files' | 'proxy' | 'off';
  /** With `acme`. */
  readonly email: string;
  /** With `files`: paths on this machine. */
  readonly certificate: string;
  readonly key: string;
  /** The port of plain HTTP. */
  readonly httpPort: number;
  /** Of api and of gateway. */
  readonly replicas: number;
  readonly registration: 'open' | 'closed';
}

const tlsLines = ({ certificate, email, key, tls }: ComposeAnswers): string[] => [
  ...settingLines('deploy.tls.mode', tls),
  ...(tls === 'acme' ? settingLines('deploy.tls.email', email) : []),
  ...(tls === 'files'
    ? [...settingLines('deploy.tls.certificate', certificate), ...settingLines('deploy.tls.key', key)]
    : []),
];

/** A new `messox.yaml` for a server that Docker runs. */
export const composeTemplate = (answers: ComposeAnswers): string =>
  [
    settingsHeader('secrets/'),
    ...settingLines('mode', 'compose'),
    '',
    ...sectionLines('deploy', [
      ...(answers.domain === '' ? [] : settingLines('deploy.domain', answers.domain)),
      '  tls:',
      ...tlsLines(answers),
      '  ports:',
      ...settingLines('deploy.ports.http', answers.httpPort),
      '  replicas:',
      ...settingLines('deploy.replicas.api', answers.replicas),
      ...settingLines('deploy.replicas.gateway', answers.replicas),
    ]),
    '',
    ...sectionLines('server', settingLines('server.allowedOrigins', [])),
    '',
    ...sectionLines('log', settingLines('log.level', 'info')),
    '',
    ...sectionLines('modules', ['  accounts:', ...settingLines('modules.accounts.registration', answers.registration)]),
    '',
  ].join('\n');
