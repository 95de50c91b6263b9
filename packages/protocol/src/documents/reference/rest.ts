import { answersOf } from '../answers.ts';
import { restAbout } from '../info.ts';
import type { JsonSchema } from '../json-schema.ts';
import type { Call, Site } from '../site.ts';
import { fieldText, page } from './markdown.ts';

const parameters = (title: string, place: string, call: Call, { shared }: Site): string => {
  const those = call.parameters?.filter((it) => it.in === place) ?? [];
  if (those.length === 0) return '';
  const schema: JsonSchema = {
    type: 'object',
    properties: Object.fromEntries(those.map((it) => [it.name, it.schema])),
    required: those.filter((it) => it.required).map(({ name }) => name),
  };
  return fieldText(title, schema, shared);
};

const callText = (call: Call, site: Site): string[] => {
  const body = call.requestBody?.content['application/json']?.schema;
  return [
    `### ${call.operationId}`,
    `\`${call.method} ${call.path}\`${call.security.length > 0 ? ', with an access token' : ''}. ${call.summary}`,
    parameters('Path', 'path', call, site),
    parameters('Query', 'query', call, site),
    body ? fieldText('Body', body, site.shared) : '',
    ...answersOf(call).map(({ media, statuses }) => {
      const title = `Answer ${statuses.join(' or ')}`;
      return media ? fieldText(title, media.schema, site.shared) : `${title}: no body.`;
    }),
    `Errors: ${call['x-faults'].map((code) => `\`${code}\``).join(', ')}.`,
  ];
};

export const restPage = (site: Site): string =>
  page(
    'REST',
    restAbout,
    'What holds for calls and socket alike is in [things](things.md). For programs there is `/api/openapi.json` of a running server.',
    ...site.openApi.tags.flatMap(({ name }) => [
      `## ${name}`,
      ...site.calls.filter(({ tags }) => tags.includes(name)).flatMap((call) => callText(call, site)),
    ]),
  );
