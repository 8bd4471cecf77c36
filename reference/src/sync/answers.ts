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

export class Answers {
  #acked: Id[] = [];
  #statuses: number[] = [];
  /** Where the acked ones stand in the log; 0 for one that is durable already. */
  #seqs: number[] = [];
  #rejected: { readonly error: ProtocolError; readonly ids: Id[] }[] = [];

  /** Operations that wait for their answer. */
  get count(): number {
    return this.#acked.length + this.#rejected.reduce((sum, group) => sum + group.ids.length, 0);
  }

  add(verdict: Verdict): void {
    if (verdict.kind === 'rejected') {
      this.reject(verdict.id, verdict.error);
      return;
    }
    this.#acked.push(verdict.id);
    this.#seqs.push(verdict.kind === 'stored' ? verdict.entry.seq : (verdict.seq ?? 0));
    this.#statuses.push(verdict.kind === 'stored' ? AckStatus.STORED : AckStatus.DUPLICATE);
  }

  /** What stands above `head` could not be made durable: it gets `error` for an answer (SYNC-87). */
  undurable(head: number, error: ProtocolError): void {
    const [acked, statuses, seqs] = [this.#acked, this.#statuses, this.#seqs];
    this.#begin();
    for (const [i, id] of acked.entries()) {
      if (seqs[i]! > head) this.reject(id, error);
      else {
        this.#acked.push(id);
        this.#statuses.push(statuses[i]!);
        this.#seqs.push(seqs[i]!);
      }
    }
  }

  #begin(): void {
    this.#acked = [];
    this.#statuses = [];
    this.#seqs = [];
  }

  /** The messages that answer everything added since the last call. */
  flush(head: () => Cursor): (AckMessage | RejectMessage)[] {
    const messages: (AckMessage | RejectMessage)[] = [];
    const [acked, statuses, rejected] = [this.#acked, this.#statuses, this.#rejected];
    if (acked.length > 0) {
      this.#begin();
      const cur = encodeCursor(head());
      for (let at = 0; at < acked.length; at += IDS_PER_MESSAGE) {
        const st = Uint8Array.from(statuses.slice(at, at + IDS_PER_MESSAGE));
        messages.push({ name: 'ACK', ids: packIds(acked.slice(at, at + IDS_PER_MESSAGE)), st, cur });
      }
    }
    if (rejected.length > 0) {
      this.#rejected = [];
      for (const { error, ids } of rejected) messages.push(rejectMessage(error, ids));
    }
    return messages;
  }

  private reject(id: Id, error: ProtocolError): void {
    const last = this.#rejected.at(-1);
    const isAlike = last?.error.reason === error.reason && last.error.retry === error.retry;
    if (isAlike && last.ids.length < IDS_PER_MESSAGE) last.ids.push(id);
    else this.#rejected.push({ error, ids: [id] });
  }
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
