import type { NginxPlaces } from './options.ts';

/** Of a container: all that it writes is in a temporary file system, but for the certificates. */
const inContainer: NginxPlaces = {
  pid: '/tmp/nginx.pid',
  temporary: '/tmp',
  accessLog: '/dev/stdout',
  errorLog: '/dev/stderr',
  acmeState: '/var/lib/messox-acme',
};

export const placesOf = (places: Partial<NginxPlaces> | undefined): NginxPlaces => ({ ...inContainer, ...places });
