import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { composeFiles } from '../../docker/compose-files.ts';

interface Mount {
  readonly source: string;
  readonly target: string;
}

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile?: string };
  readonly volumes?: readonly Mount[];
  readonly hostname?: string;
  readonly deploy?: { readonly replicas?: number };
  readonly ports?: readonly { readonly target: number; readonly published: string; readonly host_ip: string }[];
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
}

export const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** As compose merges two of its files, as far as messox has any: a mount takes the place of one on the same target. */
const merge = (first: Partial<Service> = {}, next: Partial<Service>): Partial<Service> => {
  const targets = new Set(next.volumes?.map(({ target }) => target));
  const volumes = [...(first.volumes ?? []).filter(({ target }) => !targets.has(target)), ...(next.volumes ?? [])];
  return {
    ...first,
    ...next,
    ...(volumes.length > 0 ? { volumes } : {}),
    ...(first.build && next.build ? { build: { ...first.build, ...next.build } } : {}),
  };
};

/** @param files what is given with `--file` */
export const readComposeFile = (dir: string, files: readonly string[]): ComposeFile => {
  const services: Record<string, Service> = {};
  for (const file of files.length === 0 ? composeFiles(dir) : files) {
    const { services: named } = parse(readFileSync(file, 'utf8')) as Partial<ComposeFile>;
    for (const [name, service] of Object.entries(named ?? {}))
      services[name] = merge(services[name], service) as Service;
  }
  return { services };
};

/** With the paths in it as compose prints them. */
export const resolved = (dir: string, { services }: ComposeFile): ComposeFile => ({
  services: Object.fromEntries(
    Object.entries(services).map(([name, { build, volumes = [], ...service }]) => [
      name,
      {
        ...service,
        volumes: volumes.map(({ source, ...mount }) => ({
          ...mount,
          source: /^[./]/.test(source) ? resolve(dir, source) : source,
        })),
        ...(build ? { build: { dockerfile: 'Dockerfile', ...build, context: resolve(dir, build.context) } } : {}),
      },
    ]),
  ),
});

/** Of all that makes a container another one; how many there are does not. */
export const hashOf = ({ deploy: { replicas: _, ...deploy } = {}, ...service }: Service): string =>
  sha256(JSON.stringify({ ...service, deploy })).slice('sha256:'.length);
