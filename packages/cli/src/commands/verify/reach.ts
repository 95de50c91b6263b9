import { connect } from 'node:tls';
import { bad, type Finding, good, notice } from './finding.ts';

const answerMs = 10_000;
const title = 'Address';

interface Trouble {
  readonly why: string;
  readonly fix: string;
}

const certificate = (why: string, fix: string): Trouble => ({ why: `TLS: ${why}`, fix });

const noTls = certificate('there is no TLS at this port', 'Use http:// in the address, or the port of the proxy.');
const oldTls = certificate('the proxy speaks none that is new enough', 'nginx: ssl_protocols TLSv1.2 TLSv1.3;');
const handshakeFailed = certificate('the handshake failed', 'Look at the TLS settings and the log of the proxy.');
const speaksTlsOnly = 'there is TLS at this port';

/** What the codes of Node and OpenSSL mean for somebody who runs a server. */
const troubles: Readonly<Record<string, Trouble>> = {
  CERT_HAS_EXPIRED: certificate('the certificate has expired', 'Renew it (sudo certbot renew), and reload the proxy.'),
  CERT_NOT_YET_VALID: certificate('the certificate is not valid yet', 'Compare the clocks: timedatectl'),
  ERR_TLS_CERT_ALTNAME_INVALID: certificate(
    'the certificate is for another name',
    'Give the proxy a certificate for this name.',
  ),
  DEPTH_ZERO_SELF_SIGNED_CERT: certificate(
    'the certificate is signed by nobody but itself',
    "Use one of an authority (Let's Encrypt), or name yours in NODE_EXTRA_CA_CERTS.",
  ),
  SELF_SIGNED_CERT_IN_CHAIN: certificate(
    'the certificate is signed by an authority that this machine does not know',
    "Use one of an authority (Let's Encrypt), or name yours in NODE_EXTRA_CA_CERTS.",
  ),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: certificate(
    'the proxy does not send the whole chain of certificates',
    'nginx: ssl_certificate names fullchain.pem, not cert.pem.',
  ),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: certificate(
    'nobody that this machine knows signed the certificate, or the chain is not whole',
    'nginx: ssl_certificate names fullchain.pem, not cert.pem.',
  ),
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  // What later versions of OpenSSL make of the same bytes.
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: oldTls,
  ERR_SSL_UNSUPPORTED_PROTOCOL: oldTls,
  EPROTO: handshakeFailed,
  ENOTFOUND: {
    why: 'the name does not exist',
    fix: 'Let it point to the machine of the server, or correct the address (server.publicUrl).',
  },
  EAI_AGAIN: { why: 'the name server does not answer', fix: 'Look at /etc/resolv.conf, and try again.' },
  ECONNREFUSED: { why: 'nothing listens there', fix: 'Start the proxy, or correct the address (server.publicUrl).' },
  ECONNRESET: { why: 'the connection was cut', fix: "Look at the proxy's log." },
  UND_ERR_SOCKET: { why: 'the connection was cut', fix: "Look at the proxy's log." },
  EHOSTUNREACH: { why: 'there is no way to that machine', fix: 'Look at the firewall and the routes.' },
  ENETUNREACH: { why: 'there is no way to that network', fix: 'Look at the firewall and the routes.' },
};

const codeIn = (error: unknown): string | undefined => {
  for (let at = error; at instanceof Error; at = at.cause)
    if ('code' in at && typeof at.code === 'string') return at.code;
  return undefined;
};

/** Why an address cannot be reached, in words, with what mends it. */
export const reachTrouble = (error: unknown): Trouble => {
  if (error instanceof Error && error.name === 'TimeoutError')
    return {
      why: `no answer within ${answerMs / 1_000} s`,
      fix: 'Look at the firewall, and at whether the proxy runs.',
    };
  const code = codeIn(error);
  const known = code === undefined ? undefined : troubles[code];
  // Its words are for those who read OpenSSL.
  if (!known && code?.startsWith('ERR_SSL_')) return { ...handshakeFailed, why: `${handshakeFailed.why} (${code})` };
  const text =
    error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
  return known ?? { why: code === undefined ? text : `${text} (${code})`, fix: '`messox doctor`' };
};

/** What an HTTP status says that is not the server's own. */
export const statusTrouble = (status: number): Trouble => {
  if (status === 502)
    return {
      why: 'the proxy answers 502: it does not reach messox',
      fix: 'Compare proxy_pass with the port that `messox status` tells.',
    };
  if (status === 504)
    return { why: 'the proxy answers 504: messox does not answer it in time', fix: '`messox logs -n 50`' };
  if (status === 503) return { why: 'it answers 503: the server is not ready', fix: '`messox status`' };
  if (status >= 300 && status < 400)
    return {
      why: `it answers ${status}: the address is another one`,
      fix: 'Name the address that it leads to (https:// rather than http://).',
    };
  if (status === 401 || status === 403)
    return {
      why: `something in between answers ${status}`,
      fix: 'Let the proxy pass everything on, without a password of its own.',
    };
  return {
    why: `it answers ${status}, which messox does not`,
    fix: 'Correct the address, or what the proxy passes on.',
  };
};

/** Bytes of HTTP at a port with TLS: some hang up, and nginx says 400. */
const plainTrouble = async (url: string, trouble: Trouble): Promise<Trouble> => {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== 'http:') return trouble;
  const speaksTls = await new Promise<boolean>((resolve) => {
    // Whose certificate it is does not matter here.
    const socket = connect({ host: hostname, port: Number(port || 80), rejectUnauthorized: false, timeout: answerMs });
    const end = (speaks: boolean) => (): void => {
      socket.destroy();
      resolve(speaks);
    };
    socket.on('secureConnect', end(true)).on('error', end(false)).on('timeout', end(false)).on('close', end(false));
  });
  return speaksTls ? { why: speaksTlsOnly, fix: 'Use https:// in the address.' } : trouble;
};

const get = (url: string): Promise<Response> =>
  fetch(url, { signal: AbortSignal.timeout(answerMs), redirect: 'manual' });

/** nginx of messox keeps `/readyz` for the admin's own monitoring, and says so as messox does; then `/healthz` has to do. */
const askHealth = async (url: string): Promise<{ readonly response: Response; readonly text: string }> => {
  const response = await get(`${url}/readyz`);
  const text = await response.text();
  if (response.status !== 404 || !text.includes('"code":"not_found"')) return { response, text };
  const alive = await get(`${url}/healthz`);
  return { response: alive, text: await alive.text() };
};

/** Whether a messox server answers there. */
export const checkReach = async (url: string): Promise<Finding> => {
  try {
    const { response, text } = await askHealth(url);
    if (!response.ok) {
      const { fix, why } = await plainTrouble(url, statusTrouble(response.status));
      return bad('reach', title, `${url}: ${why}`, fix);
    }
    if (text.includes('"database"') || text === '{"status":"ok"}') return good('reach', title, `${url} answers`);
    return bad(
      'reach',
      title,
      `${url}: something else than messox answers`,
      'Correct the address (server.publicUrl), or what the proxy passes on.',
    );
  } catch (error) {
    const { fix, why } = await plainTrouble(url, reachTrouble(error));
    return bad('reach', title, `${url}: ${why}`, fix);
  }
};

/** A proxy has TLS, and messox has not: behind one that it does not know of, everybody is the proxy. */
export const checkAddresses = (url: string, trustedProxies: number): Finding =>
  url.startsWith('https:') && trustedProxies === 0
    ? notice(
        'addresses',
        'Client addresses',
        'a proxy is in front and server.trustedProxies is 0: to the limits all people together are one address',
        '`messox config set server.trustedProxies 1`',
      )
    : good('addresses', 'Client addresses', `server.trustedProxies is ${trustedProxies}`);
