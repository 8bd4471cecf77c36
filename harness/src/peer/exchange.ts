/** One thing that happened on a connection. */
export interface Entry {
  /** Milliseconds since the case began. */
  readonly at: number;
  readonly connection: string;
  readonly from: 'kit' | 'node' | 'link';
  /** What it is, in one word: a frame's or a message's name, or what the link did. */
  readonly name: string;
  /** Bytes on the wire; 0 for a note. */
  readonly size: number;
  /** The frame, or its beginning. */
  readonly bytes?: Uint8Array | undefined;
  /** What was sealed in it, or its beginning. */
  readonly plaintext?: Uint8Array | undefined;
  readonly note?: string | undefined;
}

/** Bytes kept of each frame: enough to show any message, not enough for a flood to matter. */
const KEPT_BYTES = 4096;
/** Entries kept from the beginning of an exchange. */
const KEPT_FIRST = 250;
/** Entries kept at least from its end, where a case fails. */
const KEPT_LAST = 1000;

/**
 * What crossed the connections of a case, both ways, with times. Kept raw and decoded only for a report, so that a
 * passing case pays nothing for it; bounded, whatever a hostile node sends.
 */
export class Exchange {
  readonly #start = performance.now();
  readonly #first: Entry[] = [];
  #last: Entry[] = [];
  #omitted = 0;

  add(entry: Omit<Entry, 'at'>): void {
    const kept: Entry = {
      ...entry,
      bytes: head(entry.bytes),
      plaintext: head(entry.plaintext),
      at: performance.now() - this.#start,
    };
    if (this.#first.length < KEPT_FIRST) {
      this.#first.push(kept);
      return;
    }
    this.#last.push(kept);
    if (this.#last.length >= 2 * KEPT_LAST) {
      this.#omitted += KEPT_LAST;
      this.#last = this.#last.slice(KEPT_LAST);
    }
  }

  note(connection: string, name: string, note?: string): void {
    this.add({ connection, from: 'link', name, size: 0, note });
  }

  /** All that was kept, in order; a gap is one entry that says how many are missing. */
  get entries(): readonly Entry[] {
    const first = this.#last[0];
    if (this.#omitted === 0 || first === undefined) return [...this.#first, ...this.#last];
    const gap: Entry = { at: first.at, connection: '', from: 'link', name: `${this.#omitted} more`, size: 0 };
    return [...this.#first, gap, ...this.#last];
  }
}

function head(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes === undefined || bytes.length <= KEPT_BYTES ? bytes : bytes.slice(0, KEPT_BYTES);
}
