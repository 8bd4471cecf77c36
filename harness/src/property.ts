import type fc from 'fast-check';
import type { Limits } from '../../reference/src/registry.ts';
import type { Fresh } from './fresh.ts';
import type { ReachOptions } from './peer/handshake.ts';
import type { Peer } from './peer/peer.ts';
import type { DataSwap, Ending } from './target/case-node.ts';

/** A conformance level (protocol section 11). */
export type Level = 'L0' | 'L1' | 'L2' | 'L3' | 'L4' | 'L5';
export const LEVELS: readonly Level[] = ['L0', 'L1', 'L2', 'L3', 'L4', 'L5'];

/** A precondition; the words are explained in conformance/README.md. */
export type Need = string;

/** What every kind of case says about itself. */
export interface CaseHead {
  /** Stable, kebab, never reused. */
  readonly id: string;
  /** A fact about a right node. */
  readonly title: string;
  readonly level: Level;
  readonly role: 'server' | 'client';
  /** Ids in spec/requirements.json; a failure names the first unless the oracle knows better. */
  readonly requirements: readonly string[];
  readonly needs?: readonly Need[] | undefined;
  /** Runs alone, after all others. */
  readonly exclusive?: boolean | undefined;
  readonly why?: string | undefined;
}

/** A case that is code: something that must hold for everything a generator can make. */
export interface PropertyCase extends CaseHead {
  /** Throws to fail. Connections need not be closed; the engine does it. */
  run(context: PropertyContext): Promise<void>;
}

export interface CheckOptions {
  /** Runs in place of `--runs`, where one is dear. */
  readonly runs?: number;
  /** Runs for each 100 of `--runs`, where one is so dear that it ends nodes; at least one. */
  readonly perHundred?: number;
}

/** What a property works with. */
export interface PropertyContext {
  /** `--runs`, `--seed` and `--timeout`. */
  readonly runs: number;
  readonly seed: number;
  readonly timeout: number;
  /** The database of the target. */
  readonly database: string;
  readonly limits: Limits;
  /** Names of the capabilities that the target selects when all are offered. */
  readonly capabilities: ReadonlySet<string>;
  /** Ids, bytes and collection names that no other case and no other run uses. */
  readonly fresh: Fresh;
  /** A collection of this case's own. */
  readonly collection: string;
  /** A link; nothing has been sent. */
  connect(name?: string): Promise<Peer>;
  /** A connection in OPEN. */
  open(options?: ReachOptions & { readonly name?: string }): Promise<Peer>;
  /** Ends the node of this case (needs `data`) and starts it again; see `restart` in conformance/README.md. */
  restart(how: Ending, data?: DataSwap): Promise<void>;
  /** Fails unless a fresh connection gets through to OPEN and a fence. */
  serves(): Promise<void>;
  /** Runs a fast-check property, shrinks, and throws a failure with the smallest counterexample. */
  check<T>(property: fc.IAsyncProperty<T>, options?: CheckOptions): Promise<void>;
  /** Fails with `expected` and `got` unless `condition` holds. */
  expect(condition: boolean, expected: string, got: string): void;
}
