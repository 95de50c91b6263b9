import { block, quoted } from './lines.ts';
import { prefixOf } from './names.ts';
import type { NginxOptions } from './options.ts';
import { placesOf } from './places.ts';

/** Mozilla's guidelines 5.8 and 6.0, intermediate: forward secrecy and authenticated encryption only. */
const ciphers = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
];

/** In every server of a port: OpenSSL takes versions and session cache of the first, before it knows the name. */
export const tlsProfile = (options: NginxOptions): string[] => [
  'ssl_protocols TLSv1.2 TLSv1.3;',
  `ssl_ciphers ${ciphers.join(':')};`,
  `ssl_ecdh_curve ${options.features.x25519mlkem768 ? 'X25519MLKEM768:' : ''}X25519:prime256v1:secp384r1;`,
  'ssl_prefer_server_ciphers off;',
  `ssl_session_cache shared:${prefixOf(options)}_tls:10m;`,
  'ssl_session_timeout 1d;',
  'ssl_session_tickets off;',
];

/** Where Let's Encrypt is asked (RFC 8555, 7.1.1). */
export const acmeDirectories = {
  production: 'https://acme-v02.api.letsencrypt.org/directory',
  staging: 'https://acme-staging-v02.api.letsencrypt.org/directory',
};

/** Whom the certificate is asked from; kept in a folder of its own, since certificates of the test service are worth nothing. */
export const acmeIssuer = ({ places, tls }: NginxOptions): string[] => {
  if (tls.mode !== 'acme') return [];
  const service = tls.staging === true ? 'staging' : 'production';
  return [
    ...block('acme_issuer messox', [
      `uri ${acmeDirectories[service]};`,
      ...(tls.email === undefined ? [] : [`contact ${quoted(tls.email)};`]),
      `state_path ${quoted(`${placesOf(places).acmeState}/${service}`)};`,
      'accept_terms_of_service;',
    ]),
    'acme_shared_zone zone=messox_acme:1M;',
  ];
};

/** The certificate of the server's own name. */
export const certificate = ({ tls }: NginxOptions): string[] => {
  if (tls.mode === 'files')
    return [`ssl_certificate ${quoted(tls.certificatePath)};`, `ssl_certificate_key ${quoted(tls.keyPath)};`];
  if (tls.mode !== 'acme') return [];
  return [
    'acme_certificate messox;',
    'ssl_certificate $acme_certificate;',
    'ssl_certificate_key $acme_certificate_key;',
    'ssl_certificate_cache max=2;',
  ];
};
