import type { Link, LinkEvents } from '../../reference/src/link/link.ts';

/** One end of a link without a network: what one end sends comes to the other in the next microtask, in order. */
export class MemoryLink implements Link {
  readonly remoteAddress = 'memory';
  buffered = 0;
  /** This end has shut its direction down. */
  isEnded = false;
  /** This end has closed the link. */
  isDestroyed = false;
  #peer: MemoryLink | undefined;
  #events: LinkEvents | undefined;

  static pair(): readonly [MemoryLink, MemoryLink] {
    const [a, b] = [new MemoryLink(), new MemoryLink()];
    a.#peer = b;
    b.#peer = a;
    return [a, b];
  }

  start(events: LinkEvents): void {
    this.#events = events;
  }

  send(bytes: Uint8Array): void {
    if (this.isEnded || this.isDestroyed) return;
    const copy = bytes.slice();
    this.buffered += copy.length;
    queueMicrotask(() => {
      this.#peer?.tell('onBytes', copy);
      this.buffered -= copy.length;
      if (this.buffered === 0) this.tell('onDrain');
    });
  }

  private tell(event: 'onBytes' | 'onDrain' | 'onEnd', bytes: Uint8Array = new Uint8Array()): void {
    this.#events?.[event](bytes);
  }

  pause(): void {}

  resume(): void {}

  end(): void {
    if (this.isEnded || this.isDestroyed) return;
    this.isEnded = true;
    queueMicrotask(() => this.#peer?.tell('onEnd'));
  }

  destroy(): void {
    if (this.isDestroyed) return;
    this.isDestroyed = true;
    queueMicrotask(() => {
      this.#events?.onClose();
      this.#peer?.destroy();
    });
  }
}
