/**
 * The one way to refuse. Every refusal has a stable name in `spec/registries/refusals.json`, which gives its wire code,
 * what it does to the connection, and the requirement that demands it.
 */
import { ErrorCode, type ErrorName, Refusal, type RefusalName } from './registry.ts';

/**
 * What a refusal does: `fatal` ends the connection with a word (ALERT or ERROR), `silent` ends it without one, `close`
 * ends it by CLOSE, `reject` refuses one operation, `status` refuses one scope, `carrier` leaves that to what carried
 * the record, `local` never crosses the wire.
 */
export type Effect = (typeof Refusal)[RefusalName]['effect'];

export interface RefusalOptions {
  readonly cause?: unknown;
  readonly code?: ErrorName;
  readonly effect?: Effect;
  readonly retry?: number;
}

/** A named refusal of something that a peer (or a caller of an encoder) handed in. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  /** Stable name, for example `record.names-unsorted`. */
  readonly reason: RefusalName;
  /** Name of the wire code; `undefined` while the carrier of a record has not given one. */
  readonly code: ErrorName | undefined;
  readonly effect: Effect;
  /** Milliseconds after which trying again may help; `undefined`: never. */
  readonly retry: number | undefined;
  /** Id of the requirement that demands the refusal. */
  readonly requirement: string;

  constructor(reason: RefusalName, detail?: string, options: RefusalOptions = {}) {
    const entry = Refusal[reason];
    super(detail === undefined ? entry.meaning : `${entry.meaning}: ${detail}`, options);
    this.retry = options.retry;
    this.reason = reason;
    this.code = options.code ?? entry.code ?? undefined;
    this.effect = options.effect ?? entry.effect;
    this.requirement = entry.requirement;
  }

  /** Number of the wire code; INTERNAL when there is none. */
  get codeNumber(): number {
    return ErrorCode[this.code ?? 'INTERNAL'];
  }
}

/** Throws the refusal `reason`. `detail` says what was found; it never carries keys or record contents. */
export function refuse(reason: RefusalName, detail?: string, options?: { cause?: unknown }): never {
  throw new ProtocolError(reason, detail, options);
}

/** Runs `decode`; a refusal of a record in it is given the carrier's wire code and effect, its reason is kept. */
export function carriedBy<T>(code: ErrorName, effect: Effect, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof ProtocolError && error.code === undefined) {
      throw new ProtocolError(error.reason, undefined, { cause: error, code, effect });
    }
    throw error;
  }
}
