import type { ClientConfig } from '../handshake/config.ts';
import type { Remote } from '../sync/remote.ts';
import type { Replica } from '../sync/replica.ts';
import type { Selection } from '../sync/scope-key.ts';
import type { ClientParts } from './client-parts.ts';
import type { ConnectionConfig } from './connection-config.ts';
import type { Ending } from './ending.ts';
import type { SyncEvents } from './sync-client-events.ts';

/** What one connection of a SyncClient is given. */
export interface SessionConfig extends Omit<ConnectionConfig<ClientParts>, 'link'> {
  readonly handshake: ClientConfig;
  readonly replica: Replica;
  readonly remote: Remote;
  readonly scopes: readonly Selection[];
  readonly pushes: readonly Selection[];
  readonly retries: Map<number, number>;
  readonly events: SyncEvents;
  readonly onOpen: () => void;
  readonly onLive: () => void;
  readonly onEnding: (ending: Ending) => void;
}
