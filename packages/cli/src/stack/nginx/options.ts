/** Where nginx finds the processes of the server. */
export type Upstreams =
  | {
      /** Names that a DNS server answers with the addresses of all replicas, asked again and again: Docker's own. */
      readonly kind: 'dns';
      /** Address of that DNS server. */
      readonly resolver: string;
      readonly api: { readonly host: string; readonly port: number };
      readonly gateway: { readonly host: string; readonly port: number };
    }
  | {
      /** Addresses as `host:port`, as they stand. */
      readonly kind: 'static';
      readonly api: readonly string[];
      readonly gateway: readonly string[];
    };

export type Tls =
  /** A certificate from Let's Encrypt, by nginx's own module. `staging` asks its test service, whose certificates nobody trusts. */
  | { readonly mode: 'acme'; readonly email?: string | undefined; readonly staging?: boolean | undefined }
  /** Files of the admin's, as nginx sees their paths. */
  | { readonly mode: 'files'; readonly certificatePath: string; readonly keyPath: string }
  /** Plain HTTP for another proxy on the same machine, which speaks TLS. */
  | { readonly mode: 'proxy' }
  /** Plain HTTP for this machine. */
  | { readonly mode: 'off' };

/** What an nginx is able to do: see `nginxFeatures`. */
export interface NginxFeatures {
  /** Whether an upstream follows DNS (`resolve`, 1.27.3). */
  readonly resolve: boolean;
  /** Whether HTTP/2 is a directive (`http2 on`, 1.25.1), and no parameter of `listen`. */
  readonly http2On: boolean;
  /** Whether its OpenSSL has the key exchange that withstands quantum computers (3.5). */
  readonly x25519mlkem768: boolean;
  /** Whether there is a module that brings certificates. */
  readonly acmeModule: boolean;
  /** Whether a location can add headers to those of its server (`add_header_inherit`, 1.29.3). */
  readonly addHeaderInherit: boolean;
}

/** Of one client address; the server has limits of its own, which count users. */
export interface EdgeLimits {
  /** Logins and registrations. */
  readonly authPerMinute: number;
  readonly restPerSecond: number;
  readonly socketOpensPerSecond: number;
  /** Sockets open at a time. */
  readonly socketsPerAddress: number;
}

/** Where a whole nginx of messox keeps what it writes. */
export interface NginxPlaces {
  /** The file with its process id. */
  readonly pid: string;
  /** A folder for bodies and answers that do not fit into memory. */
  readonly temporary: string;
  readonly accessLog: string;
  readonly errorLog: string;
  /** A folder for certificates and keys of `acme`, which is to be kept. */
  readonly acmeState: string;
}

export interface NginxOptions {
  /**
   * `whole`: an nginx that does nothing else. `site`: a file for an nginx that serves other sites, too, and whose settings
   * as a whole are not ours.
   */
  readonly layout: 'whole' | 'site';
  readonly domain: string;
  readonly tls: Tls;
  readonly upstreams: Upstreams;
  readonly ports: {
    readonly http: number;
    readonly https: number;
    /** The port of https as clients see it, where that is another one. */
    readonly publicHttps?: number | undefined;
    /** On 127.0.0.1, for `/live`. Of `whole` only. */
    readonly live?: number | undefined;
  };
  /** What to listen on; IPv6 in brackets. */
  readonly addresses?: readonly string[] | undefined;
  readonly features: NginxFeatures;
  /** `limits.heartbeatMs` of the server. */
  readonly heartbeatMs: number;
  /** The largest body that is passed on, in bytes. */
  readonly bodyBytes: number;
  readonly limits: EdgeLimits;
  /** URLs of the pages that the server lets read its answers, its own among them. */
  readonly allowedOrigins: readonly string[];
  /** Networks (CIDR) of proxies in front, whose X-Forwarded-For is believed. With `proxy`, those that are private. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** A folder that certbot or lego puts their answers to Let's Encrypt into (HTTP-01, RFC 8555, 8.3). */
  readonly challengeFolder?: string | undefined;
  readonly places?: Partial<NginxPlaces> | undefined;
}

/** Where clients connect to by TLS. */
export const hasTls = ({ tls }: Pick<NginxOptions, 'tls'>): boolean => tls.mode === 'acme' || tls.mode === 'files';
