import { CliError } from '../errors/cli-error.ts';

export interface EnvLine {
  readonly name: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

const unquote = (raw: string): string | undefined => {
  const quote = raw[0];
  if (quote !== '"' && quote !== "'") return raw.replace(/\s+#.*$/, '').trim();
  const end = raw.indexOf(quote, 1);
  if (end < 0 || !/^\s*(#.*)?$/.test(raw.slice(end + 1))) return undefined;
  return raw.slice(1, end);
};

/** The assignments of a `.env` file: NAME=value, quotes and # comments as Docker and dotenv read them. */
export const parseEnv = (source: string): EnvLine[] =>
  source.split(/\r?\n/).flatMap((text, index) => {
    if (/^\s*(#.*)?$/.test(text)) return [];
    const [, name, raw] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(text) ?? [];
    const value = raw === undefined ? undefined : unquote(raw);
    // The line is not shown: it may hold a secret.
    if (name === undefined || value === undefined)
      throw new CliError('secrets_invalid', `Line ${index + 1} of .env is not NAME=value`, {
        fixes: [`Mend line ${index + 1} of .env, or put a # in front of it.`],
      });
    return [{ name, value, line: index + 1 }];
  });

/** `source` with these values: an empty assignment is filled in its place, what is missing is appended. */
export const fillEnv = (source: string, values: Readonly<Record<string, string>>): string => {
  const lines = source === '' ? [] : source.replace(/\r?\n$/, '').split(/\r?\n/);
  const known = parseEnv(source);
  for (const [name, value] of Object.entries(values)) {
    const at = known.find((line) => line.name === name);
    if (at) lines[at.line - 1] = `${name}=${value}`;
    else lines.push(`${name}=${value}`);
  }
  return `${lines.join('\n')}\n`;
};
