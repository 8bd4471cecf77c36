import { CaseFailure, HarnessFault } from '../failure.ts';
import { type ReachOptions, reach } from '../peer/handshake.ts';
import { DialError } from '../peer/link.ts';
import type { PeerOptions } from '../peer/options.ts';
import { Peer } from '../peer/peer.ts';
import type { DataSwap, Ending } from '../target/case-node.ts';
import { Environment } from './environment.ts';

/** Ends the node and starts it again, where the kit started it; `kill` at once, not only when the promise is looked at. */
export type Restart = (how: Ending, data?: DataSwap) => Promise<void>;

/**
 * Where one run of a script plays: its variables and its connections. Connections are made when they are first named.
 */
export class Stage {
  readonly options: PeerOptions;
  readonly environment: Environment;
  readonly #restart: Restart | undefined;
  readonly #prefix: string;
  #visitors = 0;

  constructor(options: PeerOptions, parts: { readonly prefix?: string; readonly restart?: Restart | undefined } = {}) {
    this.options = options;
    this.#restart = parts.restart;
    this.#prefix = parts.prefix ?? '';
    const { limits, fresh, database, node } = options;
    this.environment = new Environment({ limits, fresh, database, node });
  }

  /** The connection of this name; a new one is not connected yet. */
  peer(name: string): Peer {
    const filled = this.environment.fill(name);
    const known = this.environment.peers.get(filled);
    if (known !== undefined) return known;
    const peer = new Peer(this.#prefix + filled, this.options);
    this.environment.peers.set(filled, peer);
    return peer;
  }

  /** A connection in OPEN that no script knows; its owner closes it. */
  async visit(options?: ReachOptions): Promise<Peer> {
    const peer = new Peer(`${this.#prefix}fresh${++this.#visitors}`, this.options);
    this.environment.peers.set(`fresh connection ${this.#visitors}`, peer);
    await reachOrFail(peer, 'OPEN', options);
    return peer;
  }

  /** Ends the node and starts it again. After a kill, frames that were cut off are nobody's mistake. */
  async restart(how: Ending, data?: DataSwap): Promise<void> {
    if (this.#restart === undefined) throw new HarnessFault('restart needs a node that the kit started');
    const again = this.#restart(how, data);
    if (how === 'kill') for (const peer of this.environment.peers.values()) peer.killed = true;
    await again;
  }

  /** The node serves a fresh connection up to OPEN and a fence. */
  async serves(): Promise<void> {
    const peer = await this.visit();
    await peer.fence();
    peer.destroy();
  }

  /** Throws what the node did wrong on any connection, noticed or not. */
  check(): void {
    for (const peer of this.environment.peers.values()) peer.check();
  }

  destroy(): void {
    for (const peer of this.environment.peers.values()) peer.destroy();
  }
}

/** `reach`, where a link that does not come about is the node's failure. */
export async function reachOrFail(
  peer: Peer,
  state: Parameters<typeof reach>[1],
  options?: ReachOptions,
): Promise<void> {
  try {
    await reach(peer, state, options);
  } catch (error) {
    if (!(error instanceof DialError)) throw error;
    throw new CaseFailure('a link to the node', `${error.code}: it takes no connection (any more)`);
  }
}
