/**
 * Judges pushed operations (protocol.md 7, "Receiver of an operation").
 *
 * 1. The order is: size, decode, known with the same bytes, rights, known with other bytes, clock, mode, append. So whoever may
 *    not write learns nothing about known ids, and a duplicate is acknowledged whatever has changed since.
 * 2. Every operation gets exactly one verdict; only bytes that have no id (under 16) throw.
 * 3. What is stored is the bytes as received.
 * 4. Stored means appended to the open transaction: the answer waits until that is durable.
 */
import { Id } from '../bytes/id.ts';
import { ProtocolError, refuse } from '../errors.ts';
import type { Limits } from '../registry.ts';
import { type Operation, teamOf } from '../wire/operation.ts';
import type { ArrivalLog } from './arrival-log.ts';
import type { LamportClock } from './clock.ts';
import type { LogEntry } from './log-entry.ts';
import type { Verdict } from './verdict.ts';

const ID_BYTES = 16;

export interface ReceiverConfig {
  readonly log: ArrivalLog;
  readonly limits: Limits;
  readonly clock: LamportClock;
  /** The strict decoder. Throws ProtocolError. */
  readonly decode: (bytes: Uint8Array) => Operation;
  /** Whether the connection's principal may write this; throws ProtocolError when not. */
  readonly rights: (operation: Operation) => void;
}

export class Receiver {
  readonly config: ReceiverConfig;

  constructor(config: ReceiverConfig) {
    this.config = config;
  }

  /**
   * @param origin number of the connection
   * Throws ProtocolError `operation.id-missing` when there is no id to answer about.
   */
  judge(bytes: Uint8Array, origin: number): Verdict {
    if (bytes.length < ID_BYTES) refuse('operation.id-missing', `${bytes.length} bytes`);
    try {
      this.size(bytes);
      const operation = this.decode(bytes);
      const { id } = operation;
      if (this.isDuplicate(id, bytes)) return { kind: 'duplicate', id, seq: this.config.log.find(id)!.seq };
      this.rights(operation);
      this.conflict(id);
      this.clock(operation);
      this.mode(operation);
      return { kind: 'stored', id, entry: this.append(operation, bytes, origin) };
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const id = Id.from(bytes);
      const isConflict = error.reason === 'operation.id-conflict';
      return { kind: 'rejected', id, error, ...(isConflict ? { seq: this.config.log.find(id)?.seq ?? 0 } : {}) };
    }
  }

  size(bytes: Uint8Array): void {
    if (bytes.length > this.config.limits.OPERATION_BYTES) refuse('operation.too-large', `${bytes.length} bytes`);
  }

  decode(bytes: Uint8Array): Operation {
    return this.config.decode(bytes);
  }

  isDuplicate(id: Id, bytes: Uint8Array): boolean {
    return this.config.log.holds(id, bytes);
  }

  rights(operation: Operation): void {
    this.config.rights(operation);
  }

  conflict(id: Id): void {
    if (this.config.log.find(id) !== undefined) refuse('operation.id-conflict');
  }

  /** Throws ProtocolError `operation.clock`. */
  clock(operation: Operation): void {
    this.config.clock.judge(operation.counter);
  }

  /** All databases of L1 are smart: the server reads what it stores. */
  mode(operation: Operation): void {
    if (operation.type === 'sealed') refuse('operation.mode', 'this database takes plaintext operations');
  }

  append(operation: Operation, bytes: Uint8Array, origin: number): LogEntry {
    const collection = operation.type === 'sealed' ? undefined : operation.collection;
    this.config.clock.observe(operation.counter);
    return this.config.log.append({ id: operation.id, collection, team: teamOf(operation) }, bytes, origin);
  }
}
