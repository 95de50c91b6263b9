import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Service {
  readonly image: string;
  readonly build?: object;
  readonly hostname?: string;
  readonly deploy?: { readonly replicas?: number };
  readonly ports?: readonly { readonly target: number; readonly published: string; readonly host_ip: string }[];
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
}

export const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

export const readComposeFile = (dir: string): ComposeFile =>
  parse(readFileSync(join(dir, 'compose.yaml'), 'utf8')) as ComposeFile;

/** Of all that makes a container another one; how many there are does not. */
export const hashOf = ({ deploy: { replicas: _, ...deploy } = {}, ...service }: Service): string =>
  sha256(JSON.stringify({ ...service, deploy })).slice('sha256:'.length);
