import type { Limits } from '../../../../reference/src/registry.ts';
import {
  type ControlMessageOf,
  decodeOperation,
  Id,
  type Operation,
  ProtocolError,
  teamOf,
} from '../../../../reference/src/wire/index.ts';
import { CaseFailure } from '../../failure.ts';
import type { Pushes } from './pushes.ts';
import { Rule } from './rules.ts';
import type { Scopes } from './scopes.ts';

/** An operation as it was fed. */
export interface Fed {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** Operations kept for comparison; a node that feeds more to one case than this is flooding. */
const MOST_FED = 200_000;

/**
 * What a node feeds on one connection (spec chapter 9).
 *
 * 1. Only operations that decode, that an active scope covers, and whose stored copy did not come on this connection.
 * 2. CHECKPOINT counts every one of them, comes in time, and its cursors belong to one log and never go back.
 * 3. Never more than a window past the last FEED_ACK; one operation more is tolerated, since a sender counts before it sends.
 */
export class Feed {
  readonly #limits: Limits;
  readonly #scopes: Scopes;
  readonly #pushes: Pushes;
  readonly fed: Fed[] = [];
  readonly #ids = new Set<string>();
  #bytes = 0;
  #sinceCheckpoint = { operations: 0, bytes: 0 };
  #acknowledged = { operations: 0, bytes: 0 };
  readonly #checkpoints = new Map<number, number>();
  /** `n` of the latest CHECKPOINT. */
  n = 0;
  /** CHECKPOINTs so far. */
  checkpoints = 0;
  log: Id | undefined;

  constructor(limits: Limits, scopes: Scopes, pushes: Pushes) {
    this.#limits = limits;
    this.#scopes = scopes;
    this.#pushes = pushes;
  }

  operation(bytes: Uint8Array): void {
    const operation = decode(bytes);
    const id = operation.id.toHex();
    this.#checkScope(operation);
    this.#checkDue();
    this.#ids.add(id);
    if (this.#pushes.storedHere(id)) this.#echo(id);
    if (this.fed.length >= MOST_FED) throw new CaseFailure(`at most ${MOST_FED} operations`, 'a flood of them');
    this.fed.push({ id, bytes });
    this.#bytes += bytes.length;
    this.#sinceCheckpoint.operations++;
    this.#sinceCheckpoint.bytes += bytes.length;
    this.#checkWindow(bytes.length);
  }

  /** The same as fed before, now that the node says that it stored the copy of this connection. */
  stored(id: string): void {
    if (this.#ids.has(id)) this.#echo(id);
  }

  #echo(id: string): never {
    throw new CaseFailure('no operation back on the connection on which its stored copy came', id, Rule.echo);
  }

  #checkScope(operation: Operation): void {
    if (this.#scopes.active.some(({ request }) => covers(request, operation))) return;
    const active = this.#scopes.active.length;
    const rule = active > 0 ? Rule.scope : this.#scopes.ended > 0 ? Rule.removed : Rule.unsubscribed;
    const got = `${operation.id.toHex()}, while ${active} scopes are active`;
    throw new CaseFailure('operations of active scopes only', got, rule);
  }

  /** SYNC-30 speaks of the moment before the next operation. */
  #checkDue(): void {
    const { operations, bytes } = this.#sinceCheckpoint;
    if (operations < this.#limits.CHECKPOINT_OPERATIONS && bytes < this.#limits.CHECKPOINT_BYTES) return;
    const got = `another operation after ${operations}, ${bytes} bytes`;
    throw new CaseFailure('a CHECKPOINT before the next operation', got, Rule.checkpointDue);
  }

  #checkWindow(size: number): void {
    const { FEED_WINDOW_OPERATIONS, FEED_WINDOW_BYTES } = this.#limits;
    const ahead = this.fed.length - this.#acknowledged.operations;
    const bytes = this.#bytes - this.#acknowledged.bytes;
    if (ahead > FEED_WINDOW_OPERATIONS + 1 || bytes > FEED_WINDOW_BYTES + size) {
      throw new CaseFailure('a pause when the feed window is full', `${ahead} operations, ${bytes} bytes`, Rule.window);
    }
  }

  checkpoint(message: ControlMessageOf<'CHECKPOINT'>): void {
    if (message.n !== this.fed.length) {
      throw new CaseFailure(`CHECKPOINT n ${this.fed.length}`, `n ${message.n}`, Rule.checkpointCount);
    }
    const seen = new Set<number>();
    for (const { s, cur } of message.sc) {
      if (seen.has(s)) throw new CaseFailure('one cursor per scope', `two of scope ${s}`, Rule.checkpointAll);
      seen.add(s);
      this.sameLog(this.#scopes.moved(s, cur));
    }
    const missing = this.#scopes.active.find(({ cursor }) => cursor === undefined);
    if (missing !== undefined) {
      const due = `a cursor of scope ${missing.request.s}, which is new`;
      throw new CaseFailure(due, 'a CHECKPOINT without', Rule.checkpointAll);
    }
    this.n = message.n;
    this.checkpoints++;
    this.#checkpoints.set(message.n, this.#bytes);
    this.#sinceCheckpoint = { operations: 0, bytes: 0 };
  }

  /** All cursors that one connection shows belong to one arrival log. */
  sameLog(log: Id): void {
    this.log ??= log;
    if (!this.log.equals(log)) {
      throw new CaseFailure(`cursors of log ${this.log.toHex()}`, log.toHex(), Rule.oneLog);
    }
  }

  acknowledged(n: number): void {
    const bytes = this.#checkpoints.get(n);
    if (bytes !== undefined && n >= this.#acknowledged.operations) this.#acknowledged = { operations: n, bytes };
  }
}

function decode(bytes: Uint8Array): Operation {
  try {
    return decodeOperation(bytes);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new CaseFailure('well-formed operations', error.message, error.requirement || Rule.wellFormed);
  }
}

function covers(
  request: { readonly col?: string | undefined; readonly team?: Id | undefined; readonly tag?: Uint8Array | undefined },
  operation: Operation,
): boolean {
  if (request.col !== undefined && (operation.type === 'sealed' || operation.collection !== request.col)) return false;
  if (request.tag !== undefined && (operation.type !== 'sealed' || !equalTag(operation.tag, request.tag))) return false;
  return request.team === undefined || teamOf(operation).equals(request.team);
}

function equalTag(tag: unknown, wanted: Uint8Array): boolean {
  const bytes = tag instanceof Id ? tag.toBytes() : tag;
  return bytes instanceof Uint8Array && Buffer.compare(bytes, wanted) === 0;
}
