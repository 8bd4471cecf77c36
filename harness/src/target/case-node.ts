import type { Address } from '../address.ts';

/** How a node is ended: with a chance to say CLOSE (`term`), or without any (`kill`). */
export type Ending = 'kill' | 'term';

/** What is done with a node's data while it is down. Copies are named; `restore` comes before `backup`. */
export interface DataSwap {
  /** Keeps a copy of the data under this name. */
  readonly backup?: string | undefined;
  /** Puts the copy of this name in the place of the data. */
  readonly restore?: string | undefined;
}

/**
 * A node that belongs to one case: ended, started again and given other data without anybody else noticing.
 *
 * 1. A `kill` takes effect before `restart` returns its promise: nothing that the kit hears afterwards was done later.
 * 2. It listens at the same address after a restart.
 * 3. After `stop` nothing of it is left: no process, no data, no copies; unless the next case gets it.
 */
export interface CaseNode {
  readonly address: Address;
  /** Ends it, swaps data, starts it again. Throws CaseFailure when it does not come up again. */
  restart(how: Ending, data?: DataSwap): Promise<void>;
  /** `proven`: it did all that was asked of it, so that another case may go on with it. */
  stop(proven?: boolean): Promise<void>;
}

/** Where the nodes of cases come from: processes of `--exec`, or nodes in this process. */
export interface NodeHost {
  /** Throws Inconclusive when no node comes up. */
  start(): Promise<CaseNode>;
  /** Ends what is left. */
  close(): Promise<void>;
}
