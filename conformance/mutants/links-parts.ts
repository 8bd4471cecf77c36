/**
 * The seams below the frames and below the log: what a node makes of a link, and of what it keeps. A node with these parts
 * is `MutantServer`; in the reference the link and the journal are simply used.
 */

import type { Link, LinkEvents } from '../../reference/src/link/link.ts';
import type { Connection } from '../../reference/src/node/connection.ts';
import { Server, type ServerOptions } from '../../reference/src/node/server.ts';
import { type ServerParts, standardServerParts } from '../../reference/src/node/server-parts.ts';
import type { Recovery } from '../../reference/src/store/recovery.ts';
import type { Placed } from '../../reference/src/store/scan.ts';
import { droppable } from '../../reference/src/sync/compaction.ts';
import type { Journal, OpenedJournal } from '../../reference/src/sync/journal.ts';
import { Replica, type ReplicaConfig } from '../../reference/src/sync/replica.ts';
import { within as anyMethod, at as anyPart } from './fault.ts';

export interface LinkParts {
  /** Bytes have come: what the node gets to see of them, piece by piece. */
  receive(chunk: Uint8Array, link: TappedLink): readonly Uint8Array[];
  /** The peer has ended its direction; `next` tells the node. */
  ended(link: TappedLink, next: () => void): void;
  /** The link is gone. */
  gone(link: TappedLink): void;
  /** The node ends its own direction. */
  end(link: TappedLink): void;
  /** The node gives the link up. */
  destroy(link: TappedLink): void;
}

/** A journal that was read to its end. */
export interface ReadJournal extends OpenedJournal {
  readonly changes: readonly Placed[];
  readonly recovery: Recovery;
}

export interface StorageParts {
  /** The journal as the log writes it. */
  openJournal(journal: Journal): Journal;
  /** What a node knows at its start. */
  openReplica(opened: ReadJournal, config: ReplicaConfig): Replica;
  readonly droppable: typeof droppable;
}

/** Everything that a mutant may have otherwise. */
export interface NodeParts extends ServerParts, LinkParts, StorageParts {}

export const standardNodeParts: NodeParts = {
  ...standardServerParts,
  receive: (chunk) => [chunk],
  ended: (_, next) => next(),
  gone: () => {},
  end: (link) => link.inner.end(),
  destroy: (link) => link.inner.destroy(),
  openJournal: (journal) => journal,
  openReplica: (opened, config) => Replica.open(opened, config),
  droppable,
};

/** Wrong at a part of the node, its links included. */
export const at = anyPart<NodeParts>();
export const within = anyMethod<NodeParts>();

/** A server of which the links are parts, too. */
export class MutantServer extends Server {
  readonly #parts: NodeParts;

  constructor(options: Omit<ServerOptions, 'parts'> & { readonly parts: NodeParts }) {
    super(options);
    this.#parts = options.parts;
  }

  override accept(link: Link): void {
    super.accept(new TappedLink(link, this.#parts));
  }
}

export class TappedLink implements Link {
  readonly inner: Link;
  readonly #parts: LinkParts;
  readonly frames = new FrameWalk();
  /** Hands bytes to the node behind the back of `receive`. */
  deliver: (chunk: Uint8Array) => void = () => {};
  /** Set by faults that have seen it. */
  connection: Connection | undefined;

  constructor(inner: Link, parts: LinkParts) {
    this.inner = inner;
    this.#parts = parts;
  }

  get remoteAddress(): string {
    return this.inner.remoteAddress;
  }

  get buffered(): number {
    return this.inner.buffered;
  }

  start(events: LinkEvents): void {
    this.deliver = (chunk) => events.onBytes(chunk);
    this.inner.start({
      onBytes: (chunk) => {
        for (const piece of this.#parts.receive(chunk, this)) events.onBytes(piece);
        this.frames.push(chunk);
      },
      onDrain: () => events.onDrain(),
      onEnd: () => this.#parts.ended(this, () => events.onEnd()),
      onClose: () => {
        this.#parts.gone(this);
        events.onClose();
      },
    });
  }

  send(bytes: Uint8Array): void {
    this.inner.send(bytes);
  }

  pause(): void {
    this.inner.pause();
  }

  resume(): void {
    this.inner.resume();
  }

  end(): void {
    this.#parts.end(this);
  }

  destroy(): void {
    this.#parts.destroy(this);
  }
}

/** Where the frames of a stream begin and end, by their declared lengths. */
export class FrameWalk {
  #header: number[] = [];
  #left = 0;
  /** Bytes of the present frame's payload that have come. */
  came = 0;

  /** Whether the stream stands inside a frame. */
  get isInside(): boolean {
    return this.#left > 0 || this.#header.length > 0;
  }

  copy(): FrameWalk {
    const copy = new FrameWalk();
    copy.#header = [...this.#header];
    copy.#left = this.#left;
    return copy;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#left > 0) {
        const n = Math.min(this.#left, chunk.length - at);
        this.#left -= n;
        this.came += n;
        at += n;
        continue;
      }
      this.#header.push(chunk[at++]!);
      if (this.#header.length < 5) continue;
      this.#left = new DataView(Uint8Array.from(this.#header).buffer).getUint32(1);
      this.#header = [];
      this.came = 0;
    }
  }
}
