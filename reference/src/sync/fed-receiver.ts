/**
 * Judges operations that a server feeds (sections 9.8 and 9.15), after their size and form.
 *
 * 1. The order is that of a receiver: known with the same bytes, known with other bytes, clock, mode, append.
 * 2. What is refused was not stored, and has not moved the clock.
 * 3. The first refusal of some bytes ends the connection and is remembered with the cursors; the next one of the same
 *    bytes skips them. So no peer can stall a client for ever, and no operation is passed over without a second look.
 */
import { equalBytes } from '../bytes/compare.ts';
import { type ProtocolError, refuse } from '../errors.ts';
import { type Operation, type Sha256, teamOf } from '../wire/operation.ts';
import type { ArrivalLog } from './arrival-log.ts';
import type { LamportClock } from './clock.ts';
import type { Remote } from './remote.ts';

export interface FedReceiverConfig {
  readonly log: ArrivalLog;
  readonly clock: LamportClock;
  readonly remote: Remote;
  readonly sha256: Sha256;
}

/** `conflict`: another operation has this id here, and stays (SYNC-102). */
export type FedVerdict =
  | { readonly kind: 'stored' | 'known'; readonly seq: number }
  | { readonly kind: 'conflict'; readonly seq?: undefined };

/** Origin of what did not come on a connection of the node's own server. */
const ELSEWHERE = 0;

export class FedReceiver {
  readonly #config: FedReceiverConfig;

  constructor(config: FedReceiverConfig) {
    this.#config = config;
  }

  /** Throws ProtocolError `operation.clock` or `operation.mode`. */
  judge(operation: Operation, bytes: Uint8Array): FedVerdict {
    const { log, clock } = this.#config;
    const { id, counter } = operation;
    const known = log.find(id);
    if (known !== undefined) {
      return equalBytes(known.bytes, bytes) ? { kind: 'known', seq: known.seq } : { kind: 'conflict' };
    }
    clock.judge(counter);
    if (operation.type === 'sealed') refuse('operation.mode');
    const facts = { id, collection: operation.collection, team: teamOf(operation) };
    const { seq } = log.append(facts, bytes, ELSEWHERE);
    clock.observe(counter);
    return { kind: 'stored', seq };
  }

  /** Whether refused bytes are skipped, because they were refused before; else they are remembered, for the next commit. */
  skips(bytes: Uint8Array, error: ProtocolError): boolean {
    const { remote, sha256 } = this.#config;
    const hash = sha256(bytes);
    if (remote.hasRefused(hash)) return true;
    remote.refuse(hash, error.codeNumber);
    return false;
  }
}
