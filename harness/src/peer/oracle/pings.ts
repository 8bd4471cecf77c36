import { equalBytes, toHex } from '../../../../reference/src/wire/index.ts';
import { CaseFailure } from '../../failure.ts';
import type { Pushes } from './pushes.ts';
import { Rule } from './rules.ts';

interface Ping {
  readonly d: Uint8Array;
  readonly pushed: number;
}

/** The PINGs of one connection that have no PONG yet: each gets one, in order, with the same eight bytes. */
export class Pings {
  readonly #pushes: Pushes;
  readonly #waiting: Ping[] = [];
  /** PONGs that have come. */
  answered = 0;
  sentCount = 0;

  constructor(pushes: Pushes) {
    this.#pushes = pushes;
  }

  get outstanding(): number {
    return this.#waiting.length;
  }

  sent(d: Uint8Array): void {
    this.#waiting.push({ d, pushed: this.#pushes.mark });
    this.sentCount++;
  }

  pong(d: Uint8Array): void {
    const ping = this.#waiting.shift();
    if (ping === undefined) throw new CaseFailure('a PONG for each PING', 'a PONG that answers none', Rule.pong);
    if (!equalBytes(d, ping.d)) throw new CaseFailure(`PONG ${toHex(ping.d)}`, `PONG ${toHex(d)}`, 'MSG-49');
    this.#pushes.checkFence(ping.pushed);
    this.answered++;
  }
}
