import { Markup, markup } from './markup.ts';

const token = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d[\d.eE+-]*/g;

/** JSON on one line where it is short, with colours. */
const coloured = (json: string): Markup[] => {
  const parts: Markup[] = [];
  let end = 0;
  for (const match of json.matchAll(token)) {
    const [all, text, colon] = match;
    parts.push(markup`${json.slice(end, match.index)}`);
    if (text === undefined) parts.push(markup`<i class="n">${all}</i>`);
    else parts.push(markup`<i class="${colon === undefined ? 's' : 'k'}">${text}</i>${colon}`);
    end = match.index + all.length;
  }
  return [...parts, markup`${json.slice(end)}`];
};

const lineLength = 64;

const pretty = (value: unknown, indent = ''): string => {
  const short = JSON.stringify(value)
    .replace(/("(?:[^"\\]|\\.)*")|([:,])/g, (_, text?: string, mark?: string) => text ?? `${mark ?? ''} `)
    .replace(/^\{(.+)\}$/, '{ $1 }');
  if (typeof value !== 'object' || value === null || indent.length + short.length <= lineLength) return short;
  const deeper = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((item) => deeper + pretty(item, deeper))
    : Object.entries(value).map(([key, item]) => `${deeper}${JSON.stringify(key)}: ${pretty(item, deeper)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
};

/** A labelled example. */
export const jsonExample = (label: string, value: unknown): Markup =>
  markup`<figure><figcaption>${label}</figcaption><pre tabindex="0"><code>${coloured(pretty(value))}</code></pre></figure>`;
