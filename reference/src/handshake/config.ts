import type { Id } from '../bytes/id.ts';
import { Capability, type Limits } from '../registry.ts';
import type { Extension } from '../wire/extensions.ts';
import type { ClientCredential, ServerCredential } from './credential.ts';

/** What both roles are configured with. */
export interface HandshakeConfig {
  /** Own node id. */
  readonly node: Id;
  /** Capability bits: what a client offers, what a server is willing to select. */
  readonly capabilities: number;
  /** `FRAME_BYTES` is announced as `max`. */
  readonly limits: Pick<Limits, 'FRAME_BYTES'>;
  /** Further extensions of HELLO or WELCOME; any order, no type twice. */
  readonly extensions?: readonly Extension[];
}

export interface ClientConfig extends HandshakeConfig {
  /** The client's own database. */
  readonly database: string;
  /** The server's database, where it has another name. */
  readonly target?: string;
  readonly credential?: ClientCredential;
  /** A bearer token. Only with `confidential` (HS-20): HELLO travels in clear. */
  readonly token?: string;
  /** Whether the link itself keeps secrets (TLS, a Unix socket). */
  readonly confidential?: boolean;
  /** Whether an extension of a reserved type is added now and then (HS-57). Default true. */
  readonly grease?: boolean;
}

export interface ServerConfig extends HandshakeConfig {
  readonly credential?: ServerCredential;
  /** Whether there is such a database and `principal` (undefined without AUTH) has any right to it. */
  readonly serves: (database: string, principal: string | undefined) => boolean;
}

/** The bits of `caps` that 1.0 knows; others are sent as 0 and ignored. */
export const KNOWN_CAPABILITIES: number = Object.values(Capability).reduce((bits, bit) => bits | bit, 0);
