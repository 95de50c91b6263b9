import { block, escaped } from './lines.ts';
import { prefixOf } from './names.ts';
import type { NginxOptions } from './options.ts';

/** What the server answers pages of other origins, too; sockets and the rest have nothing to do with CORS. */
const call = '/api(?:[/?]|$)';

/** In the names of others, `.` would be any character. */
const originPattern = (url: string): string =>
  escaped(new URL(url).origin.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));

/**
 * Variables for `corsHeaders`: empty when the server itself has said so, who may read an answer, and that a cache is to keep
 * one for each origin. Patterns, since a map finds plain texts without regard to case, and only up to some length.
 */
export const corsMaps = (options: NginxOptions): string[] => {
  const prefix = prefixOf(options);
  const origins = new Set(options.allowedOrigins.map(originPattern));
  if (origins.size === 0) return [];
  const unlessTold = (header: string, name: string): string[] =>
    block(`map $upstream_http_${header} $${prefix}_${name}`, ["default '';", `'' $${prefix}_own_${name};`]);
  return [
    "# Pages that may read what the server answers may read nginx's own refusals, too.",
    ...block(`map '$http_origin $request_uri' $${prefix}_own_origin`, [
      "default '';",
      ...[...origins].map((origin) => `'~^${origin} ${call}' $http_origin;`),
    ]),
    ...block(`map $request_uri $${prefix}_own_vary`, ["default '';", `'~^${call}' Origin;`]),
    ...unlessTold('access_control_allow_origin', 'origin'),
    ...unlessTold('vary', 'vary'),
  ];
};

/** As the server has them (`allowedOrigins` there). nginx leaves out a header whose value is empty. */
export const corsHeaders = (options: NginxOptions): string[] =>
  options.allowedOrigins.length === 0
    ? []
    : [`Access-Control-Allow-Origin $${prefixOf(options)}_origin`, `Vary $${prefixOf(options)}_vary`];
