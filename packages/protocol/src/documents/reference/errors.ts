import { commonFaults, upgradeFaults } from '../common-faults.ts';
import type { Site } from '../site.ts';
import { page, slug, table } from './markdown.ts';

/** Who gives an error for what is asked, as links; errors that anything can give name nobody. */
const givenBy = (code: string, { calls, ops }: Site): string[] => {
  if (commonFaults.has(code)) return [];
  const link = (file: string, name: string) => `[${name}](${file}#${slug(name)})`;
  return [
    ...ops.filter(({ operation }) => operation['x-faults']?.includes(code)).map(({ name }) => link('socket.md', name)),
    ...calls.filter((call) => call['x-faults'].includes(code)).map((call) => link('rest.md', call.operationId)),
  ];
};

const where = (code: string, site: Site): string => {
  if (commonFaults.has(code)) return 'any';
  const upgrade = upgradeFaults.some((it) => it === code) ? ['[the upgrade](socket.md#the-upgrade)'] : [];
  return [...givenBy(code, site), ...upgrade].join(', ');
};

export const errorsPage = (site: Site): string =>
  page(
    'Errors',
    'Every error that a call or a WebSocket request is refused with. A client may meet others: of modules, or of a newer server.',
    'What a client does: **fix** the request, **reauthenticate** (refresh the token or log in), **retry** later with the same request (and the same `clientId`), or **give up**. Where it is known when to come back, `details.retryAfterMs` and the header `Retry-After` say so.',
    table(
      ['Code', 'Status', 'Do', 'Meaning', 'Where'],
      Object.entries(site.openApi['x-faults']).map(([code, { message, remedy, status }]) => [
        `\`${code}\``,
        String(status),
        remedy,
        message,
        where(code, site),
      ]),
    ),
    '`any` is every call or request to which it applies: a body for errors of bodies, an access token for `unauthenticated`.',
  );
