import type { NginxFeatures } from './options.ts';

type Version = readonly number[];

const versionIn = (text: string, pattern: RegExp): Version => (pattern.exec(text)?.[1] ?? '0').split('.').map(Number);

const isAtLeast = (version: Version, least: Version): boolean => {
  for (const [at, number] of least.entries()) if (version[at] !== number) return (version[at] ?? 0) > number;
  return true;
};

/**
 * What an nginx is able to do, by what `nginx -V` prints. `modules` are the file names in its folder of modules, which
 * that does not tell.
 */
export const nginxFeatures = (versionText: string, modules: readonly string[] = []): NginxFeatures => {
  const nginx = versionIn(versionText, /nginx\/([\d.]+)/);
  // Built with one version, it may run with another.
  const openssl = versionIn(versionText, /running with OpenSSL ([\d.]+)/);
  const built = versionIn(versionText, /built with OpenSSL ([\d.]+)/);
  return {
    resolve: isAtLeast(nginx, [1, 27, 3]),
    http2On: isAtLeast(nginx, [1, 25, 1]),
    x25519mlkem768: isAtLeast(openssl.length > 1 ? openssl : built, [3, 5]),
    acmeModule: modules.includes('ngx_http_acme_module.so') || versionText.includes('nginx-acme'),
    addHeaderInherit: isAtLeast(nginx, [1, 29, 3]),
  };
};

/** Of the official image from 1.30 on, in which the module for certificates is. */
export const imageFeatures: NginxFeatures = {
  resolve: true,
  http2On: true,
  x25519mlkem768: true,
  acmeModule: true,
  addHeaderInherit: true,
};
