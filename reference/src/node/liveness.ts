import { equalBytes } from '../bytes/compare.ts';
import { refuse } from '../errors.ts';
import type { Scheduler, Timer } from './scheduler.ts';

export interface LivenessConfig {
  readonly scheduler: Scheduler;
  /** Milliseconds of silence after which PING is sent. */
  readonly pingAfter: number;
  /** Milliseconds of silence after which the peer is given up. */
  readonly deadAfter: number;
  /** Sends a PING. */
  readonly ping: () => void;
  readonly dead: () => void;
}

/**
 * Watches that something is heard of the peer. There is one timer, not one per frame: it looks when it runs out whether
 * something was heard since. At most one PING is outstanding.
 */
export class Liveness {
  readonly #config: LivenessConfig;
  #heard = 0;
  #timer: Timer | undefined;
  #stopped = false;
  /** `d` of the PING that has no PONG yet. */
  #outstanding: Uint8Array | undefined;

  constructor(config: LivenessConfig) {
    this.#config = config;
  }

  get waits(): boolean {
    return this.#outstanding !== undefined;
  }

  start(): void {
    this.heard();
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  heard(): void {
    this.#heard = this.#config.scheduler.now();
  }

  /** A PING with `d` is being sent; none is outstanding. */
  asked(d: Uint8Array): void {
    this.#outstanding = d;
  }

  /** A PONG has come. Throws ProtocolError `ping.pong-unasked`. */
  answered(d: Uint8Array): void {
    if (this.#outstanding === undefined || !equalBytes(this.#outstanding, d)) refuse('ping.pong-unasked');
    this.#outstanding = undefined;
    this.#arm(); // the next PING is due earlier than the end was
  }

  #arm(): void {
    this.#timer?.cancel();
    if (this.#stopped) return;
    const { scheduler, pingAfter, deadAfter } = this.#config;
    const due = this.#heard + (this.waits ? deadAfter : Math.min(pingAfter, deadAfter));
    this.#timer = scheduler.set(Math.max(0, due - scheduler.now()), () => this.#look());
  }

  #look(): void {
    const { scheduler, pingAfter, deadAfter, ping, dead } = this.#config;
    const silence = scheduler.now() - this.#heard;
    if (silence >= deadAfter) dead();
    else {
      if (silence >= pingAfter && !this.waits) ping();
      this.#arm();
    }
  }
}
