import { createHash } from 'node:crypto';
import type { NginxOptions } from './options.ts';

/**
 * What zones, upstreams and variables begin with: on an nginx with other sites, two servers may be among them. Not the domain
 * itself, with which the name of a variable may become longer than nginx takes (`variables_hash_bucket_size`).
 */
export const prefixOf = ({ domain, layout }: Pick<NginxOptions, 'domain' | 'layout'>): string =>
  layout === 'whole'
    ? 'messox'
    : `messox_${createHash('sha256').update(domain.toLowerCase()).digest('hex').slice(0, 8)}`;
