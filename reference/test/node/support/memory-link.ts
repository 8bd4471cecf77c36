import type { Link, LinkEvents } from '../../../src/link/link.ts';

/** One end of a link in memory. What is sent arrives in a later microtask, in order. */
export class MemoryLink implements Link {
  readonly remoteAddress: string;
  peer!: MemoryLink;
  /** Everything that this end has sent. */
  readonly sent: Uint8Array[] = [];
  isEnded = false;
  isClosed = false;
  isPaused = false;
  /** While true, what is sent stays here, as on a link whose peer does not read. */
  isBlocked = false;
  private events: LinkEvents | undefined;
  private held: Uint8Array[] = [];

  constructor(remoteAddress: string) {
    this.remoteAddress = remoteAddress;
  }

  get buffered(): number {
    return this.held.reduce((sum, bytes) => sum + bytes.length, 0);
  }

  start(events: LinkEvents): void {
    this.events = events;
  }

  send(bytes: Uint8Array): void {
    if (this.isEnded || this.isClosed) return;
    this.sent.push(bytes);
    if (this.isBlocked) this.held.push(bytes);
    else queueMicrotask(() => this.peer.events?.onBytes(bytes));
  }

  /** The peer reads again. */
  unblock(): void {
    this.isBlocked = false;
    for (const bytes of this.held.splice(0)) this.peer.events?.onBytes(bytes);
    this.events?.onDrain();
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    queueMicrotask(() => {
      this.peer.events?.onEnd();
      if (this.peer.isEnded) this.destroy();
    });
  }

  destroy(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    queueMicrotask(() => {
      this.events?.onClose();
      this.peer.destroy();
    });
  }
}

/** Both ends. The first is the one of the client. */
export function memoryLinks(address = '192.0.2.1'): [MemoryLink, MemoryLink] {
  const [client, server] = [new MemoryLink('192.0.2.100'), new MemoryLink(address)];
  client.peer = server;
  server.peer = client;
  return [client, server];
}

/** Resolves when everything that is under way in microtasks has happened. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
