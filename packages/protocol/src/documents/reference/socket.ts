import type { Message } from '../async-api-document.ts';
import { upgradeFaults } from '../common-faults.ts';
import { socketAbout } from '../info.ts';
import type { Site } from '../site.ts';
import { fieldText, page, table } from './markdown.ts';

const codes = (list: readonly string[]): string => list.map((code) => `\`${code}\``).join(', ');

const data = (title: string, message: Message | undefined, { shared }: Site): string => {
  const schema = message?.payload.properties?.data;
  return schema ? fieldText(title, schema, shared) : '';
};

export const socketPage = (site: Site): string => {
  const { asyncApi, events, openApi, ops } = site;
  return page(
    'The socket',
    socketAbout,
    'What holds for calls and socket alike is in [things](things.md). For programs there is `/api/asyncapi.json` of a running server.',
    '## The upgrade',
    `\`${asyncApi.channels.socket.address}\`. It is refused with an HTTP answer:`,
    table(
      ['Code', 'Status', 'Meaning'],
      upgradeFaults.map((code) => {
        const fault = openApi['x-faults'][code];
        return [`\`${code}\``, String(fault?.status), fault?.message ?? ''];
      }),
    ),
    '## Close codes',
    table(
      ['Code', 'Meaning'],
      Object.values(asyncApi['x-close-codes']).map(({ about, code }) => [String(code), about]),
    ),
    '## Ops',
    ...ops.flatMap(({ name, ok, operation, request }) => [
      `### ${name}`,
      operation.summary,
      data('Data', request, site),
      data('Reply', ok, site),
      `Errors: ${codes(operation['x-faults'] ?? [])}.`,
    ]),
    '## Events',
    ...events.flatMap(({ message, name }) => [`### ${name}`, message.summary, data('Data', message, site)]),
  );
};
