import type { Site } from '../site.ts';
import { page, table } from './markdown.ts';

export const limitsPage = (site: Site): string =>
  page(
    'Limits',
    "A server's settings may change each by its name (`limits.<name>`). Those that are told stand in `limits` of the reply to [hello](socket.md#hello): a client reads them there.",
    table(
      ['Name', 'Default', 'Unit', 'Told', 'About'],
      Object.entries(site.openApi['x-limits']).map(([name, limit]) => [
        `\`${name}\``,
        limit.default.toLocaleString('en-US'),
        limit.unit,
        limit.told ? 'yes' : '',
        limit.about,
      ]),
    ),
  );
