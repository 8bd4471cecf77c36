/**
 * Groups the verdicts on a run of pushed operations into as few ACK and REJECT messages as say the same.
 *
 * 1. Each verdict leaves in exactly one message.
 * 2. An operation that turns out not to be durable is refused after all: `undurable` comes before `flush`.
 * 3. `cur` of an ACK is the durable head of the moment it is made, so it covers every id in it.
 */
import type { Id } from '../bytes/id.ts';
import type { ProtocolError } from '../errors.ts';
import { Refusal } from '../registry.ts';
import type { ControlMessageOf } from '../wire/control/message.ts';
import { AckStatus } from '../wire/control/rules.ts';
import { type Cursor, encodeCursor } from '../wire/cursor.ts';
import type { Verdict } from './verdict.ts';

export type AckMessage = ControlMessageOf<'ACK'>;
export type RejectMessage = ControlMessageOf<'REJECT'>;

/** Keeps a message far below the 64 KiB of a control message. */
const IDS_PER_MESSAGE = 1024;

interface Refused {
  readonly id: Id;
  readonly error: ProtocolError;
  /** Where the operation with which it is in conflict stands in the log; 0 otherwise. */
  readonly seq: number;
}

export class Answers {
  #acked: Id[] = [];
  #statuses: number[] = [];
  /** Where the acked ones stand in the log; 0 for one that is durable already. */
  #seqs: number[] = [];
  #refused: Refused[] = [];

  /** Operations that wait for their answer. */
  get count(): number {
    return this.#acked.length + this.#refused.length;
  }

  add(verdict: Verdict): void {
    if (verdict.kind === 'rejected') {
      this.#refused.push({ id: verdict.id, error: verdict.error, seq: verdict.seq ?? 0 });
      return;
    }
    this.#acked.push(verdict.id);
    this.#seqs.push(verdict.kind === 'stored' ? verdict.entry.seq : (verdict.seq ?? 0));
    this.#statuses.push(verdict.kind === 'stored' ? AckStatus.STORED : AckStatus.DUPLICATE);
  }

  /**
   * What stands above `head` could not be made durable. Answers that rest on it, conflicts with it included, are now a
   * refusal by `error` (SYNC-80, SYNC-87).
   */
  undurable(head: number, error: ProtocolError): void {
    const [acked, statuses, seqs] = this.#takeAcked();
    this.#refused = this.#refused.map((each) => (each.seq > head ? { id: each.id, error, seq: 0 } : each));
    for (const [i, id] of acked.entries()) {
      if (seqs[i]! > head) this.#refused.push({ id, error, seq: 0 });
      else {
        this.#acked.push(id);
        this.#statuses.push(statuses[i]!);
        this.#seqs.push(seqs[i]!);
      }
    }
  }

  /** The messages that answer everything added since the last call. */
  flush(head: () => Cursor): (AckMessage | RejectMessage)[] {
    const messages: (AckMessage | RejectMessage)[] = [];
    if (this.#acked.length > 0) {
      const [acked, statuses] = this.#takeAcked();
      const cur = encodeCursor(head());
      for (let at = 0; at < acked.length; at += IDS_PER_MESSAGE) {
        const st = Uint8Array.from(statuses.slice(at, at + IDS_PER_MESSAGE));
        messages.push({ name: 'ACK', ids: packIds(acked.slice(at, at + IDS_PER_MESSAGE)), st, cur });
      }
    }
    const refused = this.#refused;
    this.#refused = [];
    for (let at = 0; at < refused.length; ) {
      const { error } = refused[at]!;
      const from = at;
      while (at < refused.length && at - from < IDS_PER_MESSAGE && areAlike(refused[at]!.error, error)) at++;
      const ids = refused.slice(from, at).map(({ id }) => id);
      messages.push(rejectMessage(error, ids));
    }
    return messages;
  }

  #takeAcked(): [ids: Id[], statuses: number[], seqs: number[]] {
    const taken: [Id[], number[], number[]] = [this.#acked, this.#statuses, this.#seqs];
    this.#acked = [];
    this.#statuses = [];
    this.#seqs = [];
    return taken;
  }
}

function areAlike(one: ProtocolError, other: ProtocolError): boolean {
  return one.reason === other.reason && one.retry === other.retry;
}

/** `msg` names the refusal for whoever debugs a peer, in the registry's words: none of the contents gets into it. */
function rejectMessage(error: ProtocolError, ids: readonly Id[]): RejectMessage {
  return {
    name: 'REJECT',
    ids: packIds(ids),
    code: error.codeNumber,
    ...(error.retry === undefined ? {} : { retry: error.retry }),
    msg: `${error.reason}: ${Refusal[error.reason].meaning}`,
  };
}

export function packIds(ids: readonly Id[]): Uint8Array {
  const packed = new Uint8Array(16 * ids.length);
  for (let i = 0; i < ids.length; i++) ids[i]!.write(packed, 16 * i);
  return packed;
}
