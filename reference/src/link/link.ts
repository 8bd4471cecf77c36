/** What a link tells its user. Nothing comes before `start`, and nothing after `onClose`. */
export interface LinkEvents {
  onBytes(chunk: Uint8Array): void;
  /** Everything that was sent has left; follows whenever `buffered` was above 0. */
  onDrain(): void;
  /** The peer has ended its direction. */
  onEnd(): void;
  /** The link is gone, for whatever reason: errors are ends. */
  onClose(): void;
}

/** Carries bytes both ways, in order. Knows no frames. */
export interface Link {
  /** Address of the peer for people and for limits per address; not authenticated. */
  readonly remoteAddress: string;
  /** Bytes that were sent and have not left yet. */
  readonly buffered: number;
  start(events: LinkEvents): void;
  /** Takes the bytes over: the caller must not change them any more. Does nothing after `end` or `destroy`. */
  send(bytes: Uint8Array): void;
  /** Stops reading; what the peer sends is then held back by its own side of the link. */
  pause(): void;
  resume(): void;
  /** Ends the own direction after everything that was sent; reading goes on. */
  end(): void;
  destroy(): void;
}

/** Takes links in until it is closed. */
export interface Listener {
  /** With the port that was given by the system. */
  readonly url: string;
  /** Takes no more links in. Those that are there stay. */
  close(): Promise<void>;
}
