/** blazedb/1.0: codec, cryptography, handshake, channel, sync, and a node of level L1 with its client. */
export { Direction } from './channel/direction.ts';
export { Opener } from './channel/opener.ts';
export { Sealer } from './channel/sealer.ts';
export { nobleCrypto } from './crypto/noble.ts';
export { nodeCrypto } from './crypto/node.ts';
export type { Aead, CryptoProvider, KeyPair } from './crypto/provider.ts';
export {
  type ChangeListener,
  Database,
  type DatabaseChange,
  type DatabaseOptions,
  type FieldsInput,
  type RefusedWrite,
} from './database/database.ts';
export {
  type ClientCredential,
  clientPsk,
  identityCredential,
  type ServerCredential,
  serverPsks,
} from './handshake/credential.ts';
export type { Link, LinkEvents } from './link/link.ts';
export { Client, type ClientOptions, ConnectionEnded } from './node/client.ts';
export type { ClientEvents, FedOperation, PushResult } from './node/client-connection.ts';
export { type ClientParts, standardClientParts } from './node/client-parts.ts';
export { type Data, type DataOptions, openData } from './node/data-folder.ts';
export { describeEnding, type Ending, errorName } from './node/ending.ts';
export { inflate } from './node/inflate.ts';
export { parseLimit, withLimits } from './node/limits.ts';
export type { Incoming, Outgoing } from './node/messages.ts';
export type { ConnectionParts, ControlHandlers, TimerName } from './node/parts.ts';
export { type Psk, readPskFile } from './node/psk-file.ts';
export { type Scheduler, systemScheduler, type Timer } from './node/scheduler.ts';
export { SERVER_CAPABILITIES, Server, type ServerOptions } from './node/server.ts';
export { type ServerParts, standardServerParts } from './node/server-parts.ts';
export { type Statement, statementOf } from './node/statement.ts';
export { SyncClient, type SyncClientOptions } from './node/sync-client.ts';
export type { Refused, Skipped, SyncEvents, SyncStatus } from './node/sync-client-events.ts';
export { traceEnding, tracing } from './node/trace.ts';
export {
  Capability,
  type CapabilityName,
  DEFAULT_LIMITS,
  ErrorCode,
  type ErrorName,
  type LimitName,
  type Limits,
  type RefusalName,
} from './registry.ts';
export { ArrivalLog } from './sync/arrival-log.ts';
export type { Checkpoint } from './sync/feed-intake.ts';
export { StorageError } from './sync/journal.ts';
export type { DeadLetter, Remote } from './sync/remote.ts';
export { Replica, type ReplicaConfig } from './sync/replica.ts';
export type { Selection } from './sync/scope-key.ts';
export * from './wire/index.ts';
