/**
 * A connection in memory with what goes wrong on real ones: delay, pieces of any size, loss at any byte, a peer that is
 * gone without a word.
 *
 * 1. Within one direction bytes arrive in their order; between directions and connections everything may overtake.
 * 2. A connection that breaks loses what is under way, or some of it arrives first.
 * 3. An end of a life that is over says nothing, and hears nothing.
 */
import type { Link, LinkEvents } from '../src/link/link.ts';
import type { Random } from './random.ts';
import type { Life, VirtualTime } from './virtual-time.ts';

/** How a network behaves. Times in milliseconds. */
export interface Weather {
  readonly latency: readonly [least: number, most: number];
  /** How often something takes far longer. */
  readonly hiccups: number;
  readonly bytesPerMillisecond: number;
  /** How often what is sent arrives in pieces. */
  readonly pieces: number;
}

export interface End {
  readonly name: string;
  readonly life: Life;
}

export class Wire {
  readonly client: WireEnd;
  readonly server: WireEnd;
  /** Bytes that still arrive, of both directions together, before the connection breaks. */
  breaksAfter = Number.POSITIVE_INFINITY;
  /** Nothing arrives before this time. */
  stalledUntil = 0;
  /** Somebody has changed bytes on the way: what ends after that proves nothing about the nodes. */
  isTampered = false;
  /** What to do to the next piece. */
  tampering: 'flip' | 'repeat' | undefined;
  readonly time: VirtualTime;
  readonly weather: Weather;
  readonly random: Random;

  constructor(time: VirtualTime, weather: Weather, random: Random, client: End, server: End) {
    this.time = time;
    this.weather = weather;
    this.random = random;
    this.client = new WireEnd(this, client, server.name);
    this.server = new WireEnd(this, server, client.name);
    this.client.peer = this.server;
    this.server.peer = this.client;
  }

  get isOver(): boolean {
    return this.client.isClosed && this.server.isClosed;
  }

  joins(a: string, b: string): boolean {
    const [client, server] = [this.server.remoteAddress, this.client.remoteAddress];
    return (client === a && server === b) || (client === b && server === a);
  }

  /** Whether bytes are under way to somebody. */
  get isBusy(): boolean {
    return this.client.underway > 0 || this.server.underway > 0;
  }

  latency(): number {
    const { latency, hiccups } = this.weather;
    const usual = latency[0] + this.random.fraction() * (latency[1] - latency[0]);
    return this.random.chance(hiccups) ? usual + this.random.magnitude(50, 5000) : usual;
  }

  /** Breaks now, for both ends; each learns it in its own time. */
  break(): void {
    for (const end of [this.client, this.server]) this.time.after(this.latency(), () => end.close());
    this.client.silence();
    this.server.silence();
  }
}

export class WireEnd implements Link {
  readonly remoteAddress: string;
  readonly life: Life;
  peer!: WireEnd;
  isClosed = false;
  /** Bytes sent that have neither arrived nor been lost. */
  underway = 0;
  readonly #wire: Wire;
  #events: LinkEvents | undefined;
  #isEnded = false;
  #isMute = false;
  #isPaused = false;
  #held: (() => void)[] = [];
  /** What has left and not arrived, in its order. */
  readonly #arriving: (() => void)[] = [];
  #buffered = 0;
  #leftAt = 0;
  #arrivedAt = 0;

  constructor(wire: Wire, { life }: End, remoteAddress: string) {
    this.#wire = wire;
    this.life = life;
    this.remoteAddress = remoteAddress;
  }

  get buffered(): number {
    return this.#buffered;
  }

  start(events: LinkEvents): void {
    this.#events = events;
  }

  send(bytes: Uint8Array): void {
    if (this.#isEnded || this.#isMute || this.isClosed || this.life.isOver) return;
    for (const piece of this.#pieces(bytes)) this.#sendPiece(piece);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    for (const arrive of this.#held.splice(0)) arrive();
  }

  end(): void {
    if (this.#isEnded || this.isClosed || this.life.isOver) return;
    this.#isEnded = true;
    if (this.#isMute) return;
    this.#arrive(Math.max(this.#wire.time.now, this.#leftAt), () => {
      this.peer.hear((events) => events.onEnd());
      if (this.peer.#isEnded) this.peer.destroy();
    });
  }

  destroy(): void {
    if (this.isClosed || this.life.isOver) return;
    const { time, random } = this.#wire;
    if (random.chance(0.5)) this.silence();
    this.peer.#isMute = true;
    time.after(0, () => this.close());
    this.#arrive(time.now, () => this.peer.close());
  }

  /** Nothing of what is under way from here arrives any more, nor anything later. */
  silence(): void {
    this.#isMute = true;
    this.underway = 0;
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.underway = 0;
    if (!this.life.isOver) this.#events?.onClose();
  }

  hear(tell: (events: LinkEvents) => void): void {
    if (this.isClosed || this.life.isOver || this.#events === undefined) return;
    if (this.#isPaused) this.#held.push(() => this.hear(tell));
    else tell(this.#events);
  }

  #sendPiece(piece: Uint8Array): void {
    const { time, weather } = this.#wire;
    this.#leftAt = Math.max(time.now, this.#leftAt) + piece.length / weather.bytesPerMillisecond;
    this.#buffered += piece.length;
    this.underway += piece.length;
    time.at(
      this.#leftAt,
      () => {
        this.#buffered -= piece.length;
        if (this.#buffered === 0 && !this.isClosed) this.#events?.onDrain();
      },
      this.life,
    );
    this.#arrive(this.#leftAt, () => this.#deliver(piece));
  }

  /** Invariant 1. */
  #arrive(leftAt: number, arrive: () => void): void {
    const { time } = this.#wire;
    this.#arrivedAt = Math.max(this.#arrivedAt, leftAt + this.#wire.latency());
    this.#arriving.push(arrive);
    const attempt = (): void => {
      const { stalledUntil } = this.#wire;
      if (stalledUntil <= time.now) {
        this.#arriving.shift()!();
        return;
      }
      this.#arrivedAt = Math.max(this.#arrivedAt, stalledUntil);
      time.at(stalledUntil, attempt);
    };
    time.at(this.#arrivedAt, attempt);
  }

  #deliver(piece: Uint8Array): void {
    if (this.underway === 0) return; // lost
    const wire = this.#wire;
    this.underway -= piece.length;
    wire.breaksAfter -= piece.length;
    const arrived = wire.breaksAfter < 0 ? piece.slice(0, Math.max(0, piece.length + wire.breaksAfter)) : piece;
    if (arrived.length > 0)
      for (const bytes of this.#tampered(arrived)) this.peer.hear((events) => events.onBytes(bytes));
    if (wire.breaksAfter < 0) wire.break();
  }

  #tampered(piece: Uint8Array): Uint8Array[] {
    const wire = this.#wire;
    const { tampering } = wire;
    if (tampering === undefined) return [piece];
    wire.tampering = undefined;
    wire.isTampered = true;
    if (tampering === 'repeat') return [piece, piece.slice()];
    const changed = piece.slice();
    const at = wire.random.between(0, changed.length - 1);
    changed[at] = changed[at]! ^ (1 << wire.random.between(0, 7));
    return [changed];
  }

  #pieces(bytes: Uint8Array): Uint8Array[] {
    const { random, weather } = this.#wire;
    if (bytes.length < 2 || !random.chance(weather.pieces)) return [bytes];
    const at = random.between(1, bytes.length - 1);
    return [bytes.subarray(0, at), ...this.#pieces(bytes.subarray(at))];
  }
}
