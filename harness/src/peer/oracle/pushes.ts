import { Id } from '../../../../reference/src/wire/index.ts';
import { CaseFailure } from '../../failure.ts';
import { nameOfCode } from '../codes.ts';
import { Rule } from './rules.ts';

/** What a node said about one pushed operation. */
export type Answer =
  | { readonly kind: 'stored' | 'duplicate' }
  | { readonly kind: 'rejected'; readonly code: number; readonly retry?: number | undefined };

/** `stored`, `duplicate`, or the name of the code of a REJECT. */
export function answerName(answer: Answer): string {
  return answer.kind === 'rejected' ? nameOfCode(answer.code) : answer.kind;
}

interface Pushed {
  readonly number: number;
  readonly id: string;
  readonly bytes: Uint8Array;
}

/**
 * The operations pushed on one connection and what became of them.
 *
 * 1. Every pushed operation gets exactly one answer; copies of one id are answered in the order of their pushes.
 * 2. An answer about an id that is not in flight is the node's mistake.
 * 3. PONG comes after every answer to what was pushed before its PING.
 */
export class Pushes {
  #count = 0;
  readonly #inFlight = new Map<string, Pushed[]>();
  readonly #answers = new Map<string, Answer[]>();
  /** What the node has by its own word: the operations that it acknowledged, by id. */
  readonly acked = new Map<string, Uint8Array>();

  /** `bytes` is the operation as it went out; what has no id gets no answer. */
  sent(bytes: Uint8Array): void {
    if (bytes.length < 16) return;
    const id = Id.from(bytes).toHex();
    const copies = this.#inFlight.get(id) ?? [];
    copies.push({ number: this.#count++, id, bytes });
    this.#inFlight.set(id, copies);
  }

  answered(ids: Uint8Array, answerAt: (index: number) => Answer): void {
    for (let i = 0; i * 16 < ids.length; i++) {
      const id = Id.from(ids, 16 * i).toHex();
      const copies = this.#inFlight.get(id);
      const answer = answerAt(i);
      if (copies === undefined) {
        const what = `${answer.kind === 'rejected' ? 'REJECT' : 'ACK'} about ${id}`;
        throw new CaseFailure('answers about operations in flight only', what, Rule.answerUnasked);
      }
      const answered = copies.shift()!;
      if (answer.kind !== 'rejected' && !this.acked.has(id)) this.acked.set(id, answered.bytes);
      if (copies.length === 0) this.#inFlight.delete(id);
      const answers = this.#answers.get(id) ?? [];
      answers.push(answer);
      this.#answers.set(id, answers);
    }
  }

  /** Operations without an answer. */
  get inFlight(): number {
    return [...this.#inFlight.values()].reduce((sum, copies) => sum + copies.length, 0);
  }

  /** All answers about one id so far, in order. */
  answersTo(id: string): readonly Answer[] {
    return this.#answers.get(id) ?? [];
  }

  /** Whether the copy that the node stored came on this connection. */
  storedHere(id: string): boolean {
    return this.answersTo(id).some((answer) => answer.kind === 'stored');
  }

  /** A mark for `checkFence`: everything pushed up to now. */
  get mark(): number {
    return this.#count;
  }

  checkFence(mark: number): void {
    for (const copies of this.#inFlight.values()) {
      for (const { number, id } of copies) {
        if (number < mark) {
          throw new CaseFailure(
            'the answers to everything pushed before a PING, before its PONG',
            `PONG while ${id} has no answer`,
            Rule.fence,
          );
        }
      }
    }
  }
}
