import { conventions } from '../info.ts';
import type { Site } from '../site.ts';
import { fieldText, page, typeText } from './markdown.ts';

export const thingsPage = ({ shared }: Site): string =>
  page(
    'Things',
    'What [calls](rest.md) and the [socket](socket.md) share.',
    conventions,
    ...Object.entries(shared)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, schema]) => [
        `## ${name}`,
        schema.description ?? '',
        schema.properties ? fieldText('Fields', schema, shared) : `Type: ${typeText(schema, shared)}.`,
      ]),
  );
