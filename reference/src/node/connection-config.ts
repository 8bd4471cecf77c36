import type { CryptoProvider } from '../crypto/provider.ts';
import type { Link } from '../link/link.ts';
import type { Limits } from '../registry.ts';
import type { ConnectionParts } from './parts.ts';
import type { Scheduler } from './scheduler.ts';

/** What a connection is given. */
export interface ConnectionConfig<P extends ConnectionParts> {
  /** Not started yet. */
  readonly link: Link;
  readonly parts: P;
  readonly crypto: CryptoProvider;
  /** The limits that the own side keeps, and its timers. */
  readonly limits: Limits;
  readonly scheduler: Scheduler;
}
