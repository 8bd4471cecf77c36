/**
 * What a server remembers of the addresses that come to it (HS-106 to HS-109).
 *
 * 1. Half-open connections are counted from the link to OPEN or the end, failed proofs for a minute.
 * 2. Memory is bounded: an address without a half-open connection and without a recent failure is forgotten.
 */
import type { Limits, RefusalName } from '../registry.ts';

/** The unit of FAILED_PROOFS is "proofs a minute". */
const MINUTE = 60_000;

export class AddressBook {
  readonly #limits: Limits;
  readonly #halfOpen = new Map<string, number>();
  /** Times of the failures, ascending; addresses in the order of their latest one. */
  readonly #failures = new Map<string, number[]>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Why a new connection of `address` is turned away. */
  judge(address: string, now: number): RefusalName | undefined {
    const key = addressKey(address);
    this.#forget(now);
    const recent = this.#failures.get(key)?.filter((time) => now - time < MINUTE) ?? [];
    if (recent.length >= this.#limits.FAILED_PROOFS) return 'connection.failed-proofs';
    if ((this.#halfOpen.get(key) ?? 0) >= this.#limits.HALF_OPEN) return 'connection.half-open';
    return undefined;
  }

  /** A connection is on its way to OPEN. */
  enter(address: string): void {
    const key = addressKey(address);
    this.#halfOpen.set(key, (this.#halfOpen.get(key) ?? 0) + 1);
  }

  /** It has got there, or it has ended. */
  leave(address: string): void {
    const key = addressKey(address);
    const left = (this.#halfOpen.get(key) ?? 0) - 1;
    if (left > 0) this.#halfOpen.set(key, left);
    else this.#halfOpen.delete(key);
  }

  /** A VERIFY or an AUTH of `address` was wrong. */
  failed(address: string, now: number): void {
    const key = addressKey(address);
    const failures = this.#failures.get(key) ?? [];
    this.#failures.delete(key);
    this.#failures.set(key, [...failures, now].slice(-this.#limits.FAILED_PROOFS));
  }

  /** Invariant 2. */
  #forget(now: number): void {
    for (const [key, failures] of this.#failures) {
      if (now - failures.at(-1)! < MINUTE) return; // those that follow have failed later
      this.#failures.delete(key);
    }
  }
}

/** An IPv6 host has 2^64 addresses to spend, so its /64 prefix counts; an IPv4 address counts the same in either form. */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1]!;
  const bare = address.replace(/%.*$/, '');
  if (!bare.includes(':')) return address;
  const [head = '', tail] = bare.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups =
    tail === undefined ? left : [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
