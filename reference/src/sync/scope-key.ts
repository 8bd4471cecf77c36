import { toHex } from '../bytes/hex.ts';
import type { Id } from '../bytes/id.ts';

/** What a client asks to be fed, or may push: the operations that fit all members that are there. */
export interface Selection {
  readonly col?: string | undefined;
  /** Zeros: operations without a team. */
  readonly team?: Id | undefined;
  /** Of an end-to-end database. */
  readonly tag?: Uint8Array | undefined;
}

/**
 * The name under which a selection's cursor is kept. No two selections share one: the ids have a fixed length, and only
 * the collection, which stands last, may hold anything.
 */
export function scopeKey({ col, team, tag }: Selection): string {
  const parts = [
    ...(team === undefined ? [] : [`team ${team.toHex()}`]),
    ...(tag === undefined ? [] : [`tag ${toHex(tag)}`]),
    ...(col === undefined ? [] : [`collection ${col}`]),
  ];
  return parts.length === 0 ? 'everything' : parts.join(', ');
}
