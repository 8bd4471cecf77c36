import type { CryptoProvider } from '../../../reference/src/crypto/provider.ts';
import type { Limits } from '../../../reference/src/registry.ts';
import type { Id, Welcome } from '../../../reference/src/wire/index.ts';
import type { Address } from '../address.ts';
import type { Fresh } from '../fresh.ts';
import type { Credential } from './credential.ts';
import type { Exchange } from './exchange.ts';

/** What every connection of a case has in common. */
export interface PeerOptions {
  readonly address: Address;
  readonly crypto: CryptoProvider;
  /** Of the target: its registry's values, or those that --limit and the statement gave. */
  readonly limits: Limits;
  /** The database that is asked for. */
  readonly database: string;
  readonly credential?: Credential | undefined;
  /** Node id of the kit in this case. */
  readonly node: Id;
  readonly fresh: Fresh;
  /** Milliseconds for an answer. */
  readonly timeout: number;
  readonly exchange: Exchange;
  /** Called for each WELCOME, for what shows only across connections. */
  readonly onWelcome?: ((welcome: Welcome) => void) | undefined;
  /** Called for the log id of each connection that shows one. */
  readonly onLog?: ((log: Id) => void) | undefined;
}
