import { CaseFailure, Inconclusive, UsageError } from '../failure.ts';
import type { CaseNode, NodeHost } from './case-node.ts';
import { ExecTarget } from './exec.ts';

/** Attempts to start a node: another process may take the port that was free a moment ago. */
const ATTEMPTS = 2;

/** Whether a command says where its data goes and where it listens, so that two of its nodes do not meet. */
export function ownsData(command: string): boolean {
  return command.includes('{port}') && command.includes('{data}');
}

/**
 * Nodes of cases as processes of `command`, each with its own port and data folder. To start one takes longer than most
 * cases, so a node of which a case had nothing to complain is passed on, log and all: cases share no collections.
 */
export class ExecHost implements NodeHost {
  readonly #command: string;
  readonly #idle: ExecTarget[] = [];

  constructor(command: string) {
    this.#command = command;
  }

  async start(): Promise<CaseNode> {
    const target = this.#idle.pop() ?? (await this.#launch());
    return {
      address: target.address,
      restart: (how, data) => target.restart(how, data).catch((error) => Promise.reject(afterRestart(error, how))),
      stop: async (proven = false) => {
        if (proven) this.#idle.push(target);
        else await target.stop('kill');
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((target) => target.stop('kill')));
  }

  async #launch(): Promise<ExecTarget> {
    for (let attempt = 1; ; attempt++) {
      try {
        return (await ExecTarget.start(this.#command)).target;
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        if (attempt === ATTEMPTS) throw new Inconclusive(error.message);
      }
    }
  }
}

/** A node that does not come up again after it was ended is wrong, and not the command. */
export function afterRestart(error: unknown, how: string): unknown {
  if (!(error instanceof UsageError)) return error;
  return new CaseFailure(`a node that comes up again after ${how === 'kill' ? 'SIGKILL' : 'SIGTERM'}`, error.message);
}
