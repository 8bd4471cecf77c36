import type { Id, Welcome } from '../../../reference/src/wire/index.ts';
import { toHex } from '../../../reference/src/wire/index.ts';
import type { ObservationName } from '../catalogue/case.ts';
import { CaseFailure } from '../failure.ts';

/** Connections that an observation needs before it says anything. */
export const FEWEST_CONNECTIONS = 16;

/**
 * What only shows across connections: it sees every WELCOME and every log id of a run. Restarts of the node by the kit
 * are told, since a log in memory may begin anew with them.
 */
export class Observer {
  readonly #keys = new Set<string>();
  readonly #challenges = new Set<string>();
  readonly #nodes = new Set<string>();
  readonly #logs = new Set<string>();
  #repeatedKey: string | undefined;
  #repeatedChallenge: string | undefined;
  connections = 0;
  #starts = 1;

  readonly onWelcome = (welcome: Welcome): void => {
    this.connections++;
    this.#nodes.add(welcome.node.toHex());
    this.onOtherWelcome(welcome);
  };

  /** Of a node that one case has to itself: it has an id and a log of its own, and no key twice. */
  readonly onOtherWelcome = (welcome: Welcome): void => {
    const key = toHex(welcome.key);
    if (this.#keys.has(key)) this.#repeatedKey ??= key;
    this.#keys.add(key);
    const challenge = toHex(welcome.challenge);
    if (this.#challenges.has(challenge)) this.#repeatedChallenge ??= challenge;
    this.#challenges.add(challenge);
  };

  readonly onLog = (log: Id): void => {
    this.#logs.add(log.toHex());
  };

  restarted(): void {
    this.#starts++;
  }

  /** Throws when what was seen breaks the rule. */
  judge(name: ObservationName): void {
    if (name === 'fresh-keys' && this.#repeatedKey !== undefined) {
      throw new CaseFailure('a new key in every WELCOME', `${this.#repeatedKey} twice`);
    }
    if (name === 'fresh-challenges' && this.#repeatedChallenge !== undefined) {
      throw new CaseFailure('a new challenge in every WELCOME', `${this.#repeatedChallenge} twice`);
    }
    if (name === 'stable-node-id' && this.#nodes.size > 1) {
      throw new CaseFailure('one node id in every WELCOME', [...this.#nodes].slice(0, 3).join(', '));
    }
    if (name === 'one-log' && this.#logs.size > this.#starts) {
      throw new CaseFailure('one log id for as long as the node runs', [...this.#logs].slice(0, 3).join(', '));
    }
  }
}
