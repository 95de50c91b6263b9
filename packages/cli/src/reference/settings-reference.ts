import { externalSecrets } from '@messox/server/project';
import type { Setting } from '../project/setting.ts';
import { secretNames } from '../project/secrets.ts';
import { valueText } from '../project/setting-values.ts';
import { code, markdownTable } from './markdown.ts';

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const row = ({ key, expected, default: value, about }: Setting): string[] => [
  code(key),
  capital(expected),
  value === undefined ? '-' : code(valueText(value)),
  about,
];

const sections = (settings: readonly Setting[]): Map<string, Setting[]> => {
  const found = new Map<string, Setting[]>();
  for (const setting of settings) {
    const name = setting.path.length === 1 ? 'The server as a whole' : setting.path.slice(0, -1).join('.');
    found.set(name, [...(found.get(name) ?? []), setting]);
  }
  return found;
};

/** `docs/reference/settings.md`: every setting of the schema, and the secrets. */
export const settingsReference = (settings: readonly Setting[]): string =>
  [
    '<!-- Made by scripts/write-cli-reference.js from the schema of the settings; changes belong there. -->',
    '',
    '# Settings',
    '',
    'The settings of a server are in `messox.yaml` in its folder. Everything has a default, so the file holds only what differs. `messox config show` prints what is set and what holds, `messox config set` changes it and keeps the comments, `messox config validate` checks it. A running server takes changes at `messox restart`.',
    ...[...sections(settings)].flatMap(([name, own]) => [
      '',
      `## ${name}`,
      '',
      ...markdownTable(['Setting', 'Value', 'Default', ''], own.map(row)),
    ]),
    '',
    '## Secrets',
    '',
    'They are in `.env` beside it, readable for its owner alone (mode 0600). `messox init` makes those that are missing where there is no database yet. No command prints them.',
    '',
    ...markdownTable(
      ['Variable', 'Needed', ''],
      Object.values(secretNames).map(({ name, required, about }) => [code(name), required ? 'yes' : 'no', about]),
    ),
    '',
    '## messox-server',
    '',
    'The processes of a server of the modes `external` and `compose` read `messox.yaml` where `--settings` says so. Every setting can be given in the environment instead, written as in the file: the names of its sections and its own, in capitals, as in `MESSOX_SERVER__PORT=8081` for `server.port` and `MESSOX_SERVER__PUBLIC_URL` for `server.publicUrl`. Secrets are in the environment only, or in files that it names: `MESSOX_TOKEN_KEY_FILE=/run/secrets/token-key`.',
    '',
    ...markdownTable(
      ['Variable', 'Needed', ''],
      Object.values(externalSecrets).map((secret) => [
        code(secret.name) + ('also' in secret ? ` or ${code(secret.also)}` : ''),
        secret.required ? 'yes' : 'no',
        secret.about,
      ]),
    ),
    '',
  ].join('\n');
