import type { NginxOptions } from './options.ts';

/** What zones, upstreams and variables begin with: on an nginx with other sites, two servers may be among them. */
export const prefixOf = ({ domain, layout }: Pick<NginxOptions, 'domain' | 'layout'>): string =>
  layout === 'whole' ? 'messox' : `messox_${domain.toLowerCase().replaceAll(/[^a-z0-9]/g, '_')}`;
